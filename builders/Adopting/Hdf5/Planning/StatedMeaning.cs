using Pile.Format;

namespace Pile.Adopting;

/// <summary>What the files declare about the times and wavelengths of the whole dataset.</summary>
/// <param name="Time">The scale and reference position of <c>mjd</c>, otherwise of light curves; null if the files declare none.</param>
/// <param name="SpectralMedium">The medium of the modality's wavelengths; null if the files declare none.</param>
internal sealed record StatedMeaning(TimeAxis? Time, string? SpectralMedium)
{
    /// <summary>Finds what the columns of a dataset declare.</summary>
    /// <exception cref="SchemaMismatchException">The options contradict it.</exception>
    internal static StatedMeaning Of(IReadOnlyCollection<PlannedColumn> columns, Hdf5Options options)
    {
        ColumnSchema[] outputs = [.. columns.Select(column => column.Output).OfType<ColumnSchema>()];
        ColumnSchema[] times = [.. outputs.Where(IsMjd), .. outputs.Where(column => column is { IsStandard: true, Time: not null })];
        ColumnSchema? wavelengths = outputs.FirstOrDefault(column => IsWavelength(column) && column.SpectralMedium is not null);
        foreach (ColumnSchema column in times)
            if (options.TimeScale is { } scale && column.Time!.Scale != scale)
                throw Contradiction(column, $"the files declare times in {TimeWords.Describe(column.Time)}, not {scale}",
                    "Set Hdf5Options.TimeScale to null, or correct the attributes of the files");
        // Beside wavelengths of the modality, native ones may have another medium.
        ColumnSchema[] media = wavelengths is not null ? [wavelengths] : outputs.Any(IsWavelength) ? []
            : [.. outputs.Where(column => column.SpectralMedium is not null)];
        foreach (ColumnSchema column in media)
            if (options.SpectralMedium is { } medium && column.SpectralMedium != medium)
                throw Contradiction(column, $"the files declare wavelengths in {column.SpectralMedium}, not {medium}",
                    "Set Hdf5Options.SpectralMedium to null, or correct the attributes of the files");
        return new(times.FirstOrDefault()?.Time, wavelengths?.SpectralMedium);
    }

    /// <summary>Returns true for a column of wavelengths that the modality defines.</summary>
    internal static bool IsWavelength(ColumnSchema column) =>
        column.IsStandard && column.Name.EndsWith("_lambda", StringComparison.Ordinal);

    /// <summary>Returns true for the columns that become the times of the observation: MJD with a declared scale.</summary>
    private static bool IsMjd(ColumnSchema column) =>
        column is { Name: "mjd" or "mjd_end", IsScalar: true, DType: DType.Float64, Unit: "d", Time.ZeroMjd: 0 };

    private static SchemaMismatchException Contradiction(ColumnSchema column, string finding, string remedy) =>
        new("the files", column.Name, finding, remedy) { IsOfCaller = true };
}
