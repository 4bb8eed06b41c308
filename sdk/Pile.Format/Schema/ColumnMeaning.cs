namespace Pile.Format;

/// <summary>Identifies columns of times and wavelengths, and completes their metadata from their dataset.</summary>
internal static class ColumnMeaning
{
    /// <summary>The UCD of wavelengths (IVOA UCD1+).</summary>
    public const string WavelengthUcd = "em.wl";

    // The description of mjd in format-spec/modalities/common.yaml.
    private const string OfTheDataset = "in the dataset's time scale";

    /// <summary>Adds the time scale or the spectral medium of the dataset to a column that declares none itself.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="column">A column of the manifest.</param>
    public static ColumnSchema In(Manifest manifest, ColumnSchema column)
    {
        if (column.Time is null && manifest.Time is { } time && IsStandardMjd(column))
            return column with { Time = new TimeAxis(time.Scale, time.Reference) };
        return column.SpectralMedium is null && manifest.SpectralMedium is { } medium && IsWavelength(column)
            ? column with { SpectralMedium = medium } : column;
    }

    /// <summary>Renames a column for a result from several datasets.</summary>
    /// <remarks>The description names the time scale, because "the dataset's time scale" is no longer unique. A member <c>lc.t</c> of a
    /// nested group that becomes <c>a_lc.t</c> is one of the group <c>a_lc</c>.</remarks>
    /// <param name="column">A column completed by <see cref="In"/>.</param>
    /// <param name="name">The new name.</param>
    public static ColumnSchema Renamed(ColumnSchema column, string name) => column with
    {
        Name = name,
        IndexName = null,
        Nested = column.Nested is not null && name.EndsWith($".{column.NestedMember}", StringComparison.Ordinal)
            ? name[..^(column.NestedMember.Length + 1)] : null,
        Description = column.Time is { } time ? column.Description?.Replace(OfTheDataset, $"in {time.Scale}", StringComparison.Ordinal)
            : column.Description,
    };

    /// <summary>Returns true for <c>mjd</c> and <c>mjd_end</c> as the format defines them: MJD in the dataset's time scale.</summary>
    public static bool IsStandardMjd(ColumnSchema column) => column is { Role: ColumnRole.Standard, Name: "mjd" or "mjd_end" };

    /// <summary>Returns true for a column of wavelengths: one defined by a modality, or a number with a UCD of wavelengths.</summary>
    public static bool IsWavelength(ColumnSchema column) => column.DType.IsFloat()
        && ((column.Role == ColumnRole.Standard && column.Name.EndsWith("_lambda", StringComparison.Ordinal))
            || HasUcd(column, WavelengthUcd));

    /// <summary>Returns true for a column of times in days: one defined by a
    /// modality, or a number with a UCD of times and the unit d.</summary>
    public static bool IsTime(ColumnSchema column) => column.DType.IsFloat()
        && (IsStandardMjd(column) || (column.Unit == "d"
            && (HasUcd(column, "time.start") || HasUcd(column, "time.end") || HasUcd(column, "time.epoch"))));

    // Only the first word of a UCD identifies the quantity: stat.error;em.wl is not a wavelength.
    private static bool HasUcd(ColumnSchema column, string word) => column.Ucd?.Split(';')[0].Trim() is { } primary
        && primary.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (primary.Length == word.Length || primary[word.Length] == '.');
}
