using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Times as text.</summary>
internal static partial class TimeText
{
    private const int MjdOfUnixEpoch = 40_587;
    private const double SecondsPerDay = 86_400;

    /// <summary>The MJD of an ISO 8601 date and time, or of a number; NaN for any other text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isUtc">True if the time scale is UTC: the fraction of a day with a leap second is then that of 86,401 s, as in SOFA
    /// (quasi-JD), and its last second is 23:59:60.</param>
    internal static double MjdOf(string text, bool isUtc)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double mjd))
            return mjd;
        if (Parse(text) is { } time)
        {
            (int day, double seconds) = Split(time);
            return day + (seconds / (isUtc ? LeapSeconds.DaySeconds(day) : SecondsPerDay));
        }
        if (!isUtc || LeapSecond().Match(text) is not { Success: true } leap
            || Parse($"{leap.Groups["before"].Value}59{leap.Groups["after"].Value}") is not { } before)
            return double.NaN;
        (int dayOfLeap, double secondsBefore) = Split(before);
        double daySeconds = LeapSeconds.DaySeconds(dayOfLeap);
        return secondsBefore + 1 >= SecondsPerDay && secondsBefore + 1 < daySeconds
            ? dayOfLeap + ((secondsBefore + 1) / daySeconds) : double.NaN;
    }

    private static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static (int Day, double Seconds) Split(DateTimeOffset time)
    {
        (long day, long ticks) = Math.DivRem((time - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerDay);
        return ticks >= 0 ? (MjdOfUnixEpoch + (int)day, ticks / (double)TimeSpan.TicksPerSecond)
            : (MjdOfUnixEpoch + (int)day - 1, (ticks + TimeSpan.TicksPerDay) / (double)TimeSpan.TicksPerSecond);
    }

    [GeneratedRegex(@"^(?<before>.*\d:\d\d:)60(?<after>\D.*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex LeapSecond();
}
