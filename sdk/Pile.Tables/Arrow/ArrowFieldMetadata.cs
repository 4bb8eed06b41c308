using System.Globalization;
using Pile.Format;

namespace Pile.Tables.Arrow;

/// <summary>The meaning of a column as the metadata of an Arrow field: <c>unit</c>, <c>ucd</c>, <c>description</c>, <c>time_scale</c>,
/// <c>time_reference</c>, <c>time_zero_mjd</c> and <c>spectral_medium</c>.</summary>
internal static class ArrowFieldMetadata
{
    private const string Unit = "unit", Ucd = "ucd", Description = "description", TimeScale = "time_scale",
        TimeReference = "time_reference", TimeZero = "time_zero_mjd", SpectralMedium = "spectral_medium";

    /// <summary>Returns the metadata of a column, in a fixed order; null without any.</summary>
    internal static IReadOnlyCollection<KeyValuePair<string, string>>? Of(ColumnSchema column) => NonEmpty(
    [
        new(Unit, column.Unit), new(Ucd, column.Ucd), new(Description, column.Description), new(TimeScale, column.Time?.Scale),
        new(TimeReference, column.Time?.Reference), new(TimeZero, column.Time?.ZeroMjd.ToString("R", CultureInfo.InvariantCulture)),
        new(SpectralMedium, column.SpectralMedium),
    ]);

    /// <summary>Returns the pairs that have a value; null if none has.</summary>
    internal static IReadOnlyCollection<KeyValuePair<string, string>>? NonEmpty(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        Dictionary<string, string> kept = new(StringComparer.Ordinal);
        foreach ((string key, string? value) in pairs)
            if (!string.IsNullOrEmpty(value))
                kept.TryAdd(key, value);
        return kept.Count > 0 ? kept : null;
    }

    /// <summary>Adds the meaning that a field's metadata declare.</summary>
    /// <param name="column">The column.</param>
    /// <param name="metadata">The metadata; null without any.</param>
    internal static ColumnSchema Complete(ColumnSchema column, IReadOnlyDictionary<string, string>? metadata) => metadata is null ? column
        : column with
        {
            Unit = metadata.GetValueOrDefault(Unit) ?? column.Unit,
            Ucd = metadata.GetValueOrDefault(Ucd) ?? column.Ucd,
            Description = metadata.GetValueOrDefault(Description) ?? column.Description,
            Time = metadata.GetValueOrDefault(TimeScale) is { Length: > 0 } scale && double.TryParse(metadata.GetValueOrDefault(TimeZero),
                NumberStyles.Float, CultureInfo.InvariantCulture, out double zero)
                ? new TimeAxis(scale, metadata.GetValueOrDefault(TimeReference), zero) : column.Time,
            SpectralMedium = column.DType.IsFloat() ? metadata.GetValueOrDefault(SpectralMedium) ?? column.SpectralMedium : null,
        };
}
