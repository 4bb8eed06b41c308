using System.Globalization;

namespace Pile.Layers;

/// <summary>Times of commits: microseconds since 1970-01-01 UTC, as text with six decimals.</summary>
internal static class LayerTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    internal static long Now => (DateTimeOffset.UtcNow.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    // By ticks: AddMicroseconds takes a double, which is exact until the year 2255.
    internal static string ToText(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond)
        .ToString(Format, CultureInfo.InvariantCulture);

    internal static bool TryParse(string text, out long micros)
    {
        bool isTime = DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time);
        micros = isTime ? MicrosOf(time) : 0;
        return isTime;
    }

    /// <summary>Parses a time that a user wrote: ISO 8601, UTC unless it has an offset.</summary>
    internal static bool TryParseLoosely(string text, out long micros)
    {
        micros = 0;
        if (text.Length == 0 || !char.IsAsciiDigit(text[0]) || !text.Contains('-', StringComparison.Ordinal)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time))
            return false;
        micros = MicrosOf(time);
        return true;
    }

    private static long MicrosOf(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
}
