using Pile.Format;

namespace Pile.Review;

/// <summary>M001: rules of the manifest beyond its grammar.</summary>
internal static class ManifestRules
{
    /// <summary>Checks the manifest's own rules.</summary>
    internal static void Check(Manifest manifest, FindingLog log)
    {
        if (manifest.Time is null && manifest.Columns.Any(c => c.Time is null && ColumnMeaning.IsStandardMjd(c)))
            Invalid("'time': expected the scale of the times of 'mjd', found nothing");
        if (manifest.SpectralMedium is null
            && manifest.Columns.Any(c => c is { Role: ColumnRole.Standard, SpectralMedium: null }
                && c.Name.EndsWith("_lambda", StringComparison.Ordinal)))
            Invalid("'spectral_medium': expected vacuum or air, as there is a wavelength; found nothing");
        ColumnMeaningCheck.Check(manifest, log);

        void Invalid(string message) => log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest, message);
    }
}
