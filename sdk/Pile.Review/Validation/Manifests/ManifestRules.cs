using Pile.Format;

namespace Pile.Review.Validation;

/// <summary>M001, F006: what a manifest says that its grammar cannot forbid.</summary>
internal static class ManifestRules
{
    private const int Sha256Digits = 64;

    /// <summary>Checks the manifest's own rules.</summary>
    /// <returns>False when names in it cannot be used for anything, so that nothing else can be checked.</returns>
    internal static bool Check(Manifest manifest, FindingLog log)
    {
        bool isUsable = true;
        if (!Modality.Names.Contains(manifest.Modality))
            Invalid($"'modality': expected one of {string.Join(", ", Modality.Names)}, found '{manifest.Modality}'");
        if (manifest.Frame != "ICRS")
            Invalid($"'frame': expected ICRS, found '{manifest.Frame}'");
        if (manifest.SpectralMedium is not (null or "vacuum" or "air"))
            Invalid($"'spectral_medium': expected vacuum or air, found '{manifest.SpectralMedium}'");
        if (manifest.FilesSha256.Length != Sha256Digits || !manifest.FilesSha256.All(char.IsAsciiHexDigitLower))
            Invalid($"'files': expected a SHA-256 of {Sha256Digits} lower-case hexadecimal digits, found '{manifest.FilesSha256}'");
        if (manifest.Subset is "." or ".." || manifest.Subset.Contains('/', StringComparison.Ordinal) || manifest.Subset.Contains('\\', StringComparison.Ordinal))
        {
            log.Error(FindingCodes.PathOutside, DatasetPaths.Manifest, $"'subset': expected the name of a folder in the dataset, found '{manifest.Subset}'");
            isUsable = false;
        }
        else if (manifest.Subset.Length == 0 || ColumnNames.ToFileName(manifest.Subset) != manifest.Subset)
        {
            Invalid($"'subset': expected letters, digits, '-', '_' and '.', found '{manifest.Subset}'");
            isUsable = false;
        }
        if (manifest.Time is { } time && !(time.StartMjd <= time.EndMjd))
            Invalid($"'time': expected a start that is not after the end, found {time.StartMjd} and {time.EndMjd}");
        if (manifest.Columns.Any(c => c.Role == ColumnRole.Standard && c.Name is "mjd" or "mjd_end") && manifest.Time is null)
            Invalid("'time': expected the scale of the times of 'mjd', found nothing");
        if (manifest.SpectralMedium is null && manifest.Columns.Any(c => c.Role == ColumnRole.Standard && c.Name.EndsWith("_lambda", StringComparison.Ordinal)))
            Invalid("'spectral_medium': expected vacuum or air, as there is a wavelength; found nothing");
        return isUsable & CheckNames(manifest, log);

        void Invalid(string message) => log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest, message);
    }

    private static bool CheckNames(Manifest manifest, FindingLog log)
    {
        bool isUsable = true;
        HashSet<string> indexNames = new(StringComparer.OrdinalIgnoreCase);
        foreach (ColumnSchema column in manifest.Columns)
        {
            if (column.Name.Contains('\0', StringComparison.Ordinal) || column.SqlName.Contains('\0', StringComparison.Ordinal) || column.SqlName.Length == 0)
                Unusable(column, "expected names that are not empty and hold no NUL, found one that does");
            else if (!indexNames.Add(column.SqlName))
                Unusable(column, $"expected names in the index that differ by more than case, found '{column.SqlName}' twice");
            if (column.SqlName.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase) || column.SqlName.Equals(ColumnNames.Healpix29, StringComparison.OrdinalIgnoreCase))
                Unusable(column, $"expected a name that does not begin with '{ColumnNames.PiecePrefix}' and is not '{ColumnNames.Healpix29}', found '{column.SqlName}'");
        }
        return isUsable;

        void Unusable(ColumnSchema column, string message)
        {
            log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest, message, column: column.Name);
            isUsable = false;
        }
    }
}
