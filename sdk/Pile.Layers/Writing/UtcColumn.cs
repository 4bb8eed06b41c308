using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Converts the texts of a column of times to UTC, if the table declares another time scale for it.</summary>
internal static partial class UtcColumn
{
    // The forms that FieldCast accepts, without offsets, which are those of UTC.
    [GeneratedRegex("^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})([T ](?<minutes>[0-9]{2}:[0-9]{2})"
        + "(:(?<seconds>[0-9]{2})([.](?<fraction>[0-9]{1,6})0*)?)?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Iso();

    /// <summary>Converts a column.</summary>
    /// <param name="column">Times as text; other columns are returned as they are.</param>
    /// <param name="axis">What the table declares of the times; null without a declaration, which is UTC. Its zero point is that of
    /// numbers: dates are complete.</param>
    /// <param name="source">The table, for messages.</param>
    /// <param name="firstRow">The row of the first value, for messages.</param>
    /// <exception cref="SchemaMismatchException">There is no conversion from this scale, or from this place.</exception>
    /// <exception cref="ValueInvalidException">A time cannot be converted.</exception>
    internal static ColumnData Convert(ColumnData column, TimeAxis? axis, string source, long firstRow)
    {
        if (axis is null || column is not TextColumnData { Schema.IsScalar: true } texts)
            return column;
        string? scale = TimeScales.Name(axis.Scale);
        if (!ScaleTimes.Converts(scale) || !IsAtEarth(axis.Reference))
            throw new SchemaMismatchException(source, column.Schema.Name, $"its times are {TimeWords.Describe(axis with { ZeroMjd = 0 })}, "
                + "which are not converted to UTC, the scale of times in layers",
                "Convert them to UTC, or keep them as texts with the type string");
        if (scale == "UTC")
            return column;
        string?[] utc = new string?[texts.RowCount];
        for (int i = 0; i < utc.Length; i++)
            utc[i] = texts.IsNullAt(i) ? null : Convert(texts.Text(i), scale!, column.Schema.Name, source, firstRow + i);
        return TextColumnData.From(column.Schema, utc);
    }

    // The light of a source reaches the barycenter or the Sun up to 8 minutes earlier or later, which depends on its position.
    private static bool IsAtEarth(string? reference) => reference is null || reference.StartsWith("TOPOCENT", StringComparison.Ordinal)
        || reference.StartsWith("GEOCENT", StringComparison.Ordinal);

    private static string Convert(string text, string scale, string column, string source, long row)
    {
        if (!TryMicros(text, out long micros))
            throw new ValueInvalidException(source, row, column, $"'{(text.Length <= 60 ? text : text[..60] + "…")}'",
                $"a time in {scale}, the scale that the table declares: ISO 8601 without 'Z' or an offset, which are UTC, with at most "
                    + "six decimals and without leap seconds",
                "Correct the time, convert the column to UTC, or keep the texts with the type string");
        return ScaleTimes.ToUtc(scale, micros) is { } utc
            ? DateTime.UnixEpoch.AddTicks(utc * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff",
                CultureInfo.InvariantCulture)
            : throw new ValueInvalidException(source, row, column, $"'{text}'", $"a time in {scale} since 1972, from when on UTC has the "
                + "same seconds", "Convert the column to UTC, or keep the texts with the type string");
    }

    private static bool TryMicros(string text, out long micros)
    {
        Match match = Iso().Match(text);
        micros = 0;
        if (!match.Success || !DateTime.TryParseExact($"{match.Groups["date"].Value} {Part("minutes", "00:00")}:{Part("seconds", "00")}",
            "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTime time))
            return false;
        micros = ((time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)
            + int.Parse(Part("fraction", "0").PadRight(6, '0'), CultureInfo.InvariantCulture);
        return true;

        string Part(string name, string ifMissing) => match.Groups[name] is { Success: true } group ? group.Value : ifMissing;
    }
}
