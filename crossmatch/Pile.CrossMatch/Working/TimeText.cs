using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>Times as text.</summary>
internal static class TimeText
{
    private const double MjdOfUnixEpoch = 40_587;

    /// <summary>The MJD of an ISO 8601 date and time, or of a number; NaN for any other text.</summary>
    internal static double MjdOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double mjd) ? mjd
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? MjdOfUnixEpoch + ((time - DateTimeOffset.UnixEpoch).Ticks / (double)TimeSpan.TicksPerDay)
        : double.NaN;
}
