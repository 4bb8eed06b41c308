using Pile.Format;

namespace Pile.Review;

/// <summary>C010: native columns of times have a time scale, and those of wavelengths a spectral medium.</summary>
internal static class ColumnMeaningCheck
{
    private static readonly ModalityColumn[] NeedMeaning =
    [
        .. new[] { Modality.Common }.Concat(Modality.Names.Select(Modality.Get)).SelectMany(m => m.Columns)
            .Where(c => c.IsTime || c.Name is "mjd" or "mjd_end" || c.Name.EndsWith("_lambda", StringComparison.Ordinal)),
    ];

    internal static void Check(Manifest manifest, FindingLog log)
    {
        foreach (ColumnSchema declared in manifest.Columns)
        {
            if (declared.SpectralMedium is not (null or "vacuum" or "air"))
                log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest,
                    $"'spectral_medium': expected vacuum or air, found '{declared.SpectralMedium}'", column: declared.Name);
            ColumnSchema column = ColumnMeaning.In(manifest, declared);
            if (column.Role == ColumnRole.Standard)
                continue; // M001 and C002 report what a modality's own columns lack
            if (column.SpectralMedium is null && ColumnMeaning.IsWavelength(column))
                Missing(column, "'spectral_medium': expected vacuum or air for a column of wavelengths, found nothing; a recipe declares "
                    + "it under 'native'");
            if (column.Time is null && ColumnMeaning.IsTime(column))
                Missing(column, "'time': expected the scale of a column of times, found nothing; a recipe declares it under 'native'");
        }

        void Missing(ColumnSchema column, string message) =>
            log.Add(new Finding(FindingCodes.MeaningMissing, IsRenamed(column) ? FindingSeverity.Error : FindingSeverity.Warning,
                DatasetPaths.Manifest, null, column.Name, message));
    }

    /// <summary>Returns whether a match has renamed a modality's column. A survey's own column may lack what its source does not
    /// state.</summary>
    private static bool IsRenamed(ColumnSchema column) =>
        NeedMeaning.Any(c => column.Name.EndsWith("_" + c.Name, StringComparison.Ordinal) && column.Ucd == c.Ucd && column.Unit == c.Unit
            && c.DTypes.Contains(column.DType) && column.Shape.Length == c.Dims.Length);
}
