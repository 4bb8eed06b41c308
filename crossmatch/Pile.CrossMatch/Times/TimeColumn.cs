using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>A column of times of one side, with the factor and the zero point that make days of MJD of its values.</summary>
/// <param name="Schema">The column.</param>
/// <param name="DaysPerUnit">Days in the unit of the values.</param>
/// <param name="ZeroMjd">The MJD of the value 0; null if it is not declared. Values above <see cref="LeastJd"/> without another zero
/// point are Julian dates, and years above <see cref="LeastJulianYear"/> are Julian epochs.</param>
internal sealed record TimeColumn(ColumnSchema Schema, double DaysPerUnit, double? ZeroMjd)
{
    /// <summary>Larger years are Julian epochs; as years of MJD they would be after 2858. Without a zero point, years are a calendar's
    /// (VOTable 1.4, section 3.5).</summary>
    private const double LeastJulianYear = 1000, DaysPerJulianYear = 365.25;

    /// <summary>Larger values are Julian dates; as MJD it would be the year 7334.</summary>
    private const double LeastJd = 2_000_000, MjdZeroOfJd = -2_400_000.5;

    internal string Name => Schema.Name;

    /// <summary>True if the times are UTC, whose days may have a leap second.</summary>
    internal bool IsUtc { get; init; }

    /// <summary>The scale of the times, if it is known and not UTC; otherwise null. A text with <c>Z</c> or an offset is then an
    /// error.</summary>
    internal string? OtherScale { get; init; }

    /// <summary>Creates a column of times.</summary>
    /// <exception cref="ArgumentException">The column has no numbers or dates, or its unit is not one of time.</exception>
    internal static TimeColumn Of(MatchSide side, ColumnSchema schema, string defaultUnit)
    {
        if (schema.DType == DType.Bool || (schema.DType == DType.String && !schema.IsScalar))
            throw new ArgumentException($"Column '{schema.Name}' of {side.Name} cannot be used as a time, because it does not have "
                + "numbers or dates.");
        string unit = string.IsNullOrWhiteSpace(schema.Unit) || schema.DType == DType.String ? defaultUnit : schema.Unit;
        double factor = 1;
        if (unit != "d" && !Units.TryDays(unit, out factor))
            throw new ArgumentException($"Column '{schema.Name}' of {side.Name} cannot be used as a time, because '{unit}' is not a unit "
                + "of time. Choose another column.");
        return new TimeColumn(schema, factor, schema.Time?.ZeroMjd);
    }

    /// <summary>Requires that a text is a time, or missing.</summary>
    /// <exception cref="ValueInvalidException">It is another text, or in UTC although the scale is another one.</exception>
    internal void Require(TextColumnData texts, int at, string side, long row)
    {
        if (texts.IsNullAt(at))
            return;
        string text = texts.Text(at);
        if (OtherScale is { } scale && TimeText.HasOffset(text))
            throw new ValueInvalidException(side, row, Name, $"'{text}'", $"a time in {scale} without 'Z' or an offset, which are UTC",
                "State the scale UTC if all times are UTC, or leave this row out with a condition");
        if (TimeText.IsInvalid(text, IsUtc))
            throw new ValueInvalidException(side, row, Name, $"'{text}'", "a time (ISO 8601, such as 2026-01-31T12:00:00, or MJD)",
                "Correct it, leave it empty if it is missing, or leave this row out with a condition");
    }

    /// <summary>Converts a value to MJD in the scale of the column.</summary>
    /// <returns>The MJD; NaN if the value is not finite.</returns>
    internal double Mjd(double value)
    {
        double days = value * DaysPerUnit;
        return !double.IsFinite(days) ? double.NaN : ZeroMjd is { } zero and not 0 ? days + zero
            : DaysPerUnit == DaysPerJulianYear && value > LeastJulianYear ? TimeWords.MjdOfJulianYear(value)
            : days > LeastJd ? days + MjdZeroOfJd : days;
    }
}
