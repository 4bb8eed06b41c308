using Pile.Earth;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A range of times in UTC, as MJD in which a day with a leap second has 86,401 s (SOFA, quasi-JD).</summary>
/// <param name="StartMjd">The start; -∞ if open.</param>
/// <param name="EndMjd">The end; +∞ if open.</param>
/// <param name="IncludesEnd">True if the end is a stated instant; a day, month or year ends before the next begins.</param>
internal readonly record struct UtcRange(double StartMjd, double EndMjd, bool IncludesEnd)
{
    /// <summary>Reads an instant, a day, month or year, or a range of these, in the forms of <see cref="UtcInterval.Parse"/>.</summary>
    /// <exception cref="FormatException">It is something else, ends before it starts, or has a leap second on another day.</exception>
    internal static UtcRange Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return Part(text);
        (string first, string last) = (text[..slash].Trim(), text[(slash + 1)..].Trim());
        (double start, UtcRange end) = (IsOpen(first) ? double.NegativeInfinity : Part(first).StartMjd,
            IsOpen(last) ? new UtcRange(double.NaN, double.PositiveInfinity, true) : Part(last));
        return start < end.EndMjd || (end.IncludesEnd && start <= end.EndMjd) ? end with { StartMjd = start }
            : throw new FormatException($"The interval '{text}' ends before it starts.");
    }

    private static bool IsOpen(string part) => part is "" or "..";

    private static UtcRange Part(string text)
    {
        UtcInterval clock = UtcInterval.Parse(text);
        if (!clock.IsInstant || !text.Contains(':', StringComparison.Ordinal)) // a day or an MJD
            return new UtcRange(clock.StartMjd, clock.EndMjd, clock.IsInstant);
        double mjd = TimeText.MjdOf(text, isUtc: true);
        if (double.IsNaN(mjd) && text.Contains(":60", StringComparison.Ordinal))
            throw new FormatException($"There is no time '{text.Trim()}': the day has no leap second.");
        // On other days, the MJD of an instant is that of a scene with the same text to the last digit.
        if (double.IsNaN(mjd) || LeapSeconds.DaySeconds((int)Math.Floor(mjd)) == 86_400)
            mjd = LeapSeconds.OfClock(clock.StartMjd);
        return new UtcRange(mjd, mjd, true);
    }
}
