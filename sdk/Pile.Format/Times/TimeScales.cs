namespace Pile.Format;

/// <summary>Converts times between the scales of FITS (4.0, table 30) to a common one, TDB.</summary>
/// <remarks>TDB − TT is accurate to 10 µs from 1600 to 2200, and to 2 µs more for an observer on the Earth; all other steps are exact. An
/// MJD in double precision resolves 0.6 µs.</remarks>
internal static class TimeScales
{
    /// <summary>The scale to which times of different scales are converted.</summary>
    internal const string Common = "TDB";

    /// <summary>The largest difference between an unknown scale and a known one: 92 s in 2025 between UTC and TCB, increasing by half a
    /// second each year.</summary>
    internal const double LargestDifferenceSeconds = 100;

    // |UT1 − UTC| is kept below 0.9 s. Conversion needs a series of the rotation of the Earth, so UT1 is taken as UTC.
    private const double Ut1UncertaintySeconds = 0.9;

    private const double SecondsPerDay = 86_400, J2000Mjd = 51_544.5, DaysPerCentury = 36_525;
    private const double TtMinusTaiDays = 32.184 / SecondsPerDay, TaiMinusGpsDays = 19 / SecondsPerDay;

    // IAU 2000 resolution B1.9 (L_G), IAU 2006 resolution B3 (L_B, TDB0): rates and zero point, from 1977 January 1.0 TAI on.
    private const double RateTcg = 6.969290134e-10, RateTcb = 1.550519768e-8, TdbZeroDays = -6.55e-5 / SecondsPerDay,
        ZeroMjd = 43_144.0003725;

    /// <summary>Returns the name of a scale without its realization, and one name for synonyms; null if it is unknown or local.</summary>
    internal static string? Name(string? scale) => scale?.Split('(')[0].ToUpperInvariant() switch
    {
        "UTC" => "UTC",
        "TAI" or "IAT" => "TAI",
        "TT" or "TDT" or "ET" => "TT",
        "TDB" => "TDB",
        "TCG" => "TCG",
        "TCB" => "TCB",
        "GPS" => "GPS",
        "UT1" or "UT" or "GMT" => "UT1",
        _ => null,
    };

    /// <summary>Returns by how much a converted time may be wrong, in seconds.</summary>
    /// <param name="name">A name of <see cref="Name"/>.</param>
    internal static double UncertaintySeconds(string name) => name == "UT1" ? Ut1UncertaintySeconds : 0;

    /// <summary>Returns true if a time is before UTC was defined.</summary>
    internal static bool IsBeforeUtc(string name, double mjd) => name is "UTC" or "UT1" && mjd < LeapSeconds.FirstMjd;

    /// <summary>Converts a time from UTC; null for a scale to which it is not converted.</summary>
    /// <param name="name">A name of <see cref="Name"/>.</param>
    /// <param name="mjd">The time as MJD in UTC; may be infinite.</param>
    internal static double? FromUtc(string? name, double mjd) => (name, double.IsFinite(mjd)) switch
    {
        ("UTC", _) or ("TAI" or "GPS" or "TT" or "TDB", false) => mjd,
        ("TAI", _) => LeapSeconds.TaiOfUtc(mjd),
        ("GPS", _) => LeapSeconds.TaiOfUtc(mjd) - TaiMinusGpsDays,
        ("TT", _) => LeapSeconds.TaiOfUtc(mjd) + TtMinusTaiDays,
        ("TDB", _) => ToTdb("UTC", mjd),
        _ => null,
    };

    /// <summary>Converts a time to TDB.</summary>
    /// <param name="name">A name of <see cref="Name"/>.</param>
    /// <param name="mjd">The time as MJD in that scale.</param>
    /// <returns>MJD in TDB.</returns>
    internal static double ToTdb(string name, double mjd) => name switch
    {
        "UTC" or "UT1" => TdbOfTt(LeapSeconds.TaiOfUtc(mjd) + TtMinusTaiDays),
        "TAI" => TdbOfTt(mjd + TtMinusTaiDays),
        "GPS" => TdbOfTt(mjd + TaiMinusGpsDays + TtMinusTaiDays),
        "TT" => TdbOfTt(mjd),
        "TCG" => TdbOfTt(mjd - (RateTcg * (mjd - ZeroMjd))),
        "TCB" => mjd - (RateTcb * (mjd - ZeroMjd)) + TdbZeroDays,
        _ => mjd,
    };

    /// <summary>Converts a time to TCB, to 12 µs as <see cref="ToTdb"/>.</summary>
    /// <param name="name">A name of <see cref="Name"/>.</param>
    /// <param name="mjd">The time as MJD in that scale.</param>
    /// <returns>MJD in TCB.</returns>
    internal static double ToTcb(string name, double mjd)
    {
        if (name == "TCB")
            return mjd;
        double tdb = ToTdb(name, mjd) - TdbZeroDays;
        return tdb + (RateTcb * (tdb - ZeroMjd) / (1 - RateTcb));
    }

    // Within a day TDB − TT is linear to 1e-10 s, and seven sines take twenty times as long as a table of the days of a century.
    private static double TdbOfTt(double mjd)
    {
        double at = mjd - Daily.FirstMjd;
        if (!(at >= 0 && at < Daily.Days - 1))
            return mjd + TdbMinusTtDays(mjd);
        int day = (int)at;
        double difference = Daily.Difference(day);
        return mjd + difference + ((at - day) * (Daily.Difference(day + 1) - difference));
    }

    // USNO Circular 179 (Kaplan 2005), equation 2.6: the largest terms of Fairhead & Bretagnon (1990), as in SOFA iauDtdb.
    private static double TdbMinusTtDays(double mjd)
    {
        double t = (mjd - J2000Mjd) / DaysPerCentury;
        double seconds = (0.001657 * Math.Sin((628.3076 * t) + 6.2401)) + (0.000022 * Math.Sin((575.3385 * t) + 4.2970))
            + (0.000014 * Math.Sin((1256.6152 * t) + 6.1969)) + (0.000005 * Math.Sin((606.9777 * t) + 4.0212))
            + (0.000005 * Math.Sin((52.9691 * t) + 0.4444)) + (0.000002 * Math.Sin((21.3299 * t) + 5.5431))
            + (0.000010 * t * Math.Sin((628.3076 * t) + 4.2490));
        return seconds / SecondsPerDay;
    }

    private static class Daily
    {
        internal const int FirstMjd = 33_282, Days = 36_525; // from 1950 on
        private const int BlockDays = 512; // most datasets have times of a few years

        private static readonly double[]?[] Blocks = new double[]?[(Days / BlockDays) + 1];

        internal static double Difference(int day) =>
            (Volatile.Read(ref Blocks[day / BlockDays]) ?? Compute(day / BlockDays))[day % BlockDays];

        private static double[] Compute(int block)
        {
            double[] days = [.. Enumerable.Range(FirstMjd + (block * BlockDays), BlockDays).Select(day => TdbMinusTtDays(day))];
            Volatile.Write(ref Blocks[block], days);
            return days;
        }
    }
}
