namespace Pile.Format;

/// <summary>Finds columns of times and wavelengths, and completes what they declare with what their dataset declares.</summary>
internal static class ColumnMeaning
{
    /// <summary>The UCD of wavelengths (IVOA UCD1+).</summary>
    public const string WavelengthUcd = "em.wl";

    // As format-spec/modalities/common.yaml describes mjd.
    private const string OfTheDataset = "in the dataset's time scale";

    /// <summary>Completes a column with the time scale or the spectral medium of its dataset, where the column declares none
    /// itself.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="column">A column of the manifest.</param>
    public static ColumnSchema In(Manifest manifest, ColumnSchema column)
    {
        if (column.Time is null && manifest.Time is { } time && IsStandardMjd(column))
            return column with { Time = new TimeAxis(time.Scale, time.Reference) };
        return column.SpectralMedium is null && manifest.SpectralMedium is { } medium && IsWavelength(column)
            ? column with { SpectralMedium = medium } : column;
    }

    /// <summary>Renames a column for a result of several datasets, where "the dataset's time scale" no longer identifies the scale: the
    /// description names it.</summary>
    /// <param name="column">A column, complete.</param>
    /// <param name="name">The new name.</param>
    public static ColumnSchema Renamed(ColumnSchema column, string name) => column with
    {
        Name = name,
        IndexName = null,
        Description = column.Time is { } time ? column.Description?.Replace(OfTheDataset, $"in {time.Scale}", StringComparison.Ordinal)
            : column.Description,
    };

    /// <summary>True for <c>mjd</c> and <c>mjd_end</c> as the format defines them: MJD in the dataset's time scale.</summary>
    public static bool IsStandardMjd(ColumnSchema column) => column is { Role: ColumnRole.Standard, Name: "mjd" or "mjd_end" };

    /// <summary>True for a column of wavelengths: a modality's own, or a number whose UCD says so.</summary>
    public static bool IsWavelength(ColumnSchema column) => column.DType is DType.Float32 or DType.Float64
        && ((column.Role == ColumnRole.Standard && column.Name.EndsWith("_lambda", StringComparison.Ordinal))
            || HasUcd(column, WavelengthUcd));

    /// <summary>True for a column of times counted in days: a modality's own, or a number whose UCD and unit say so.</summary>
    public static bool IsTime(ColumnSchema column) => column.DType is DType.Float32 or DType.Float64
        && (IsStandardMjd(column) || (column.Unit == "d"
            && (HasUcd(column, "time.start") || HasUcd(column, "time.end") || HasUcd(column, "time.epoch"))));

    // Only the first word of a UCD says what a value is: stat.error;em.wl is no wavelength.
    private static bool HasUcd(ColumnSchema column, string word) => column.Ucd?.Split(';')[0].Trim() is { } primary
        && primary.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (primary.Length == word.Length || primary[word.Length] == '.');
}
