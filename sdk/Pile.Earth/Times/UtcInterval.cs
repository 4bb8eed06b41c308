using System.Globalization;

namespace Pile.Earth;

/// <summary>An interval of time in UTC, as Modified Julian Dates with days of 86,400 s, which are not those of stored times on a day with
/// a leap second. An instant has equal ends; an open end is infinite.</summary>
/// <param name="StartMjd">The start; -∞ if open.</param>
/// <param name="EndMjd">The end, not before the start; +∞ if open. A day ends where the next begins.</param>
internal readonly record struct UtcInterval(double StartMjd, double EndMjd)
{
    /// <summary>The length of the text of an interval at most.</summary>
    private const int MaxChars = 200;

    /// <summary>The digits of an MJD before the point, from 1886 to 2132.</summary>
    private const int MjdDigits = 5;
    private const double LeastMjd = 10_000.0;

    /// <summary>True if it has no length.</summary>
    internal bool IsInstant => StartMjd.Equals(EndMjd);

    /// <summary>The middle; NaN if an end is open.</summary>
    internal double MiddleMjd => double.IsFinite(StartMjd) && double.IsFinite(EndMjd) ? StartMjd + (0.5 * (EndMjd - StartMjd)) : double.NaN;

    /// <summary>Reads an instant, a day, month or year, or a range <c>A/B</c> of these, an end of which may be <c>..</c> or
    /// empty.</summary>
    /// <param name="text">ISO 8601 or RFC 3339, as in STAC's <c>datetime</c> and in its API, for example <c>2019-02-12T19:26:51.024Z</c>,
    /// <c>2019-12-01</c>, <c>2019-12-01/..</c>. A time without an offset is UTC. A number with five digits before the point is an instant
    /// as MJD, for example <c>58849.5</c>; with four it is a year.</param>
    /// <exception cref="FormatException">It is something else, or ends before it starts.</exception>
    /// <remarks>A leap second, <c>23:59:60</c>, is the end of its day.</remarks>
    internal static UtcInterval Parse(string text)
    {
        if (text.Length > MaxChars)
            throw IsoTime.Invalid(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return Time(text);
        string start = text[..slash].Trim(), end = text[(slash + 1)..].Trim();
        double startMjd = start is "" or ".." ? double.NegativeInfinity : Time(start).StartMjd;
        if (end is "" or "..")
            return new UtcInterval(startMjd, double.PositiveInfinity);
        UtcInterval last = Time(end);
        return last.IsInstant || startMjd < last.EndMjd ? Checked(startMjd, last.EndMjd, text)
            : throw new FormatException($"The interval '{text}' ends before it starts.");
    }

    /// <summary>Reads STAC's <c>datetime</c>, <c>start_datetime</c> and <c>end_datetime</c>; null for each that is null or
    /// missing.</summary>
    /// <returns>From start to end, if both are there; otherwise the interval of what is there; null if nothing is.</returns>
    /// <exception cref="FormatException">A text is not a time, or the end is before the start.</exception>
    internal static UtcInterval? OfItem(string? datetime, string? start, string? end)
    {
        if (start is null && end is null)
            return datetime is null ? null : IsoTime.Parse(datetime);
        double startMjd = IsoTime.Parse(start ?? datetime ?? end!).StartMjd, endMjd = IsoTime.Parse(end ?? datetime ?? start!).EndMjd;
        return Checked(startMjd, endMjd, $"{start}/{end}");
    }

    /// <summary>Returns whether two intervals have an instant in common. The end of an interval that has a length does not belong to it, so
    /// two successive days have nothing in common.</summary>
    internal bool Overlaps(UtcInterval other) =>
        (StartMjd < other.EndMjd || (other.IsInstant && StartMjd.Equals(other.EndMjd)))
        && (other.StartMjd < EndMjd || (IsInstant && other.StartMjd.Equals(EndMjd)));

    private static UtcInterval Time(string text) => text.AsSpan().Trim() is var number
        && (number.Length is MjdDigits || (number.Length > MjdDigits && number[MjdDigits] is '.'))
        && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double mjd) && mjd >= LeastMjd
        ? new UtcInterval(mjd, mjd) : IsoTime.Parse(text);

    private static UtcInterval Checked(double startMjd, double endMjd, string text) => startMjd <= endMjd
        ? new UtcInterval(startMjd, endMjd)
        : throw new FormatException($"The interval '{text}' ends before it starts.");
}
