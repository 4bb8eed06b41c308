using Pile.Format;

namespace Pile.Layers;

/// <summary>Converts times of other scales to UTC, in whole microseconds, the precision of times in layers.</summary>
/// <remarks>Exact for TAI, TT and GPS. TDB − TT is accurate to 10 µs (<see cref="TimeScales"/>), and so are TDB, TCG and TCB.</remarks>
internal static class ScaleTimes
{
    private const long PerSecond = 1_000_000, PerDay = 86_400 * PerSecond, TtMinusTai = 32_184_000, TaiMinusGps = 19 * PerSecond;
    private const int MjdOfUnixEpoch = 40_587;
    private const int FirstDay = 41_317 - MjdOfUnixEpoch; // 1972-01-01: seconds of UTC and TAI are equal from then on

    /// <summary>Returns true if times of a scale are converted: UT1 depends on the rotation of the Earth.</summary>
    /// <param name="name">A name of <see cref="TimeScales.Name"/>.</param>
    internal static bool Converts(string? name) => name is "UTC" or "TAI" or "TT" or "GPS" or "TDB" or "TCG" or "TCB";

    /// <summary>Converts a time to UTC. A leap second is the next midnight.</summary>
    /// <param name="name">A scale that is converted.</param>
    /// <param name="micros">The microseconds since 1970-01-01 in that scale, all days of 86,400 s.</param>
    /// <returns>The microseconds since 1970-01-01 in UTC without leap seconds; null before 1972, when the length of a second of UTC
    /// changed.</returns>
    internal static long? ToUtc(string name, long micros)
    {
        if (name == "UTC")
            return micros;
        long tai = name switch
        {
            "TAI" => micros,
            "GPS" => micros + TaiMinusGps,
            "TT" => micros - TtMinusTai,
            _ => TtOf(name, micros) - TtMinusTai,
        };
        long day = FloorDay(tai);
        if (day <= FirstDay)
            return null;
        long utc = tai - OffsetOf(day), midnight = day * PerDay;
        return utc >= midnight ? utc : Math.Min(tai - OffsetOf(day - 1), midnight);
    }

    // TDB − TT changes by less than 1e-10 s within its own length.
    private static long TtOf(string name, long micros)
    {
        double mjd = MjdOfUnixEpoch + (micros / (double)PerDay), tdb = TimeScales.ToTdb(name, mjd);
        return micros + (long)Math.Round((tdb - mjd - (TimeScales.ToTdb("TT", tdb) - tdb)) * PerDay);
    }

    private static long OffsetOf(long day)
    {
        double mjd = MjdOfUnixEpoch + day;
        return (long)Math.Round((LeapSeconds.TaiOfUtc(mjd) - mjd) * (PerDay / PerSecond)) * PerSecond;
    }

    private static long FloorDay(long micros) => (micros - (((micros % PerDay) + PerDay) % PerDay)) / PerDay;
}
