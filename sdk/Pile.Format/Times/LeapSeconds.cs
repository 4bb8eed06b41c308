namespace Pile.Format;

/// <summary>The difference TAI − UTC since 1960.</summary>
/// <remarks>Sources: IERS Bulletin C (leap seconds since 1972; the table is complete up to Bulletin C 70 of July 2025, and its last value
/// is used for later dates); US Naval Observatory, tai-utc.dat (rates of 1960 to 1971, as in SOFA <c>iauDat</c>).</remarks>
internal static class LeapSeconds
{
    /// <summary>The MJD of 1960-01-01, from which on UTC is defined.</summary>
    internal const double FirstMjd = 36_934;

    private const double SecondsPerDay = 86_400;

    // MJD of the first day, TAI − UTC in seconds at the MJD of reference, and its increase in seconds per day.
    private static readonly (int FirstDay, double Seconds, double ReferenceMjd, double PerDay)[] Table =
    [
        (int.MinValue, 0.943482, 0, 0), // constant before 1960, equal to the value of its first day
        (36_934, 1.417818, 37_300, 0.001296), (37_300, 1.422818, 37_300, 0.001296), (37_512, 1.372818, 37_300, 0.001296),
        (37_665, 1.845858, 37_665, 0.0011232), (38_334, 1.945858, 37_665, 0.0011232), (38_395, 3.24013, 38_761, 0.001296),
        (38_486, 3.34013, 38_761, 0.001296), (38_639, 3.44013, 38_761, 0.001296), (38_761, 3.54013, 38_761, 0.001296),
        (38_820, 3.64013, 38_761, 0.001296), (38_942, 3.74013, 38_761, 0.001296), (39_004, 3.84013, 38_761, 0.001296),
        (39_126, 4.31317, 39_126, 0.002592), (39_887, 4.21317, 39_126, 0.002592),
        (41_317, 10, 0, 0), (41_499, 11, 0, 0), (41_683, 12, 0, 0), (42_048, 13, 0, 0), (42_413, 14, 0, 0), (42_778, 15, 0, 0),
        (43_144, 16, 0, 0), (43_509, 17, 0, 0), (43_874, 18, 0, 0), (44_239, 19, 0, 0), (44_786, 20, 0, 0), (45_151, 21, 0, 0),
        (45_516, 22, 0, 0), (46_247, 23, 0, 0), (47_161, 24, 0, 0), (47_892, 25, 0, 0), (48_257, 26, 0, 0), (48_804, 27, 0, 0),
        (49_169, 28, 0, 0), (49_534, 29, 0, 0), (50_083, 30, 0, 0), (50_630, 31, 0, 0), (51_179, 32, 0, 0), (53_736, 33, 0, 0),
        (54_832, 34, 0, 0), (56_109, 35, 0, 0), (57_204, 36, 0, 0), (57_754, 37, 0, 0),
    ];

    /// <summary>Converts a time from UTC to TAI, both as MJD.</summary>
    /// <remarks>A day with a leap second has 86,401 s, over which its fraction is spread (SOFA <c>iauUtctai</c>, quasi-JD).</remarks>
    internal static double TaiOfUtc(double mjd)
    {
        double day = Math.Floor(mjd), fraction = mjd - day;
        int at = Find(day);
        if (Table[at].PerDay == 0 && (at == Table.Length - 1 || day + 1 < Table[at + 1].FirstDay))
            return mjd + (Table[at].Seconds / SecondsPerDay);
        double atStart = OffsetOf(at, day), ofRate = Table[at].PerDay, leap = OffsetOf(Find(day + 1), day + 1) - (atStart + ofRate);
        return day + (fraction * (SecondsPerDay + leap) / SecondsPerDay * (SecondsPerDay + ofRate) / SecondsPerDay)
            + (atStart / SecondsPerDay);
    }

    /// <summary>Returns the length of a day of UTC in seconds: 86,401 with a leap second, and a fraction more or less for the steps before
    /// 1972.</summary>
    /// <param name="day">The MJD of its start.</param>
    internal static double DaySeconds(int day)
    {
        int at = Find(day), next = Find(day + 1);
        return at == next ? SecondsPerDay : SecondsPerDay + OffsetOf(next, day + 1) - (OffsetOf(at, day) + Table[at].PerDay);
    }

    /// <summary>Returns the MJD in UTC of a time of day. A day with a leap second has 86,401 s, as in SOFA (quasi-JD).</summary>
    /// <param name="clockMjd">The date and the time of day, as MJD with days of 86,400 s.</param>
    internal static double OfClock(double clockMjd)
    {
        double day = Math.Floor(clockMjd);
        return Math.Abs(day) < int.MaxValue && DaySeconds((int)day) is var seconds and not SecondsPerDay
            ? day + ((clockMjd - day) * SecondsPerDay / seconds) : clockMjd;
    }

    /// <summary>Returns the time of day of an MJD in UTC, as MJD with days of 86,400 s, in which a leap second is the next
    /// midnight.</summary>
    internal static double ToClock(double mjd)
    {
        double day = Math.Floor(mjd);
        return Math.Abs(day) < int.MaxValue && DaySeconds((int)day) is var seconds and not SecondsPerDay
            ? day + Math.Min(1, (mjd - day) * seconds / SecondsPerDay) : mjd;
    }

    /// <summary>The days that do not have 86,400 s, as MJD, with their length in seconds.</summary>
    internal static IEnumerable<(int Day, double Seconds)> UnusualDays => Table.Skip(1).Select(entry => entry.FirstDay - 1)
        .Select(day => (day, Math.Round(DaySeconds(day), 9))).Where(day => day.Item2 != SecondsPerDay);

    /// <summary>The days that begin after a leap second, also after the shorter ones before 1972.</summary>
    internal static IEnumerable<DateOnly> Ends => Table.Skip(1).Where(entry => DaySeconds((int)entry.FirstDay - 1) > SecondsPerDay)
        .Select(entry => new DateOnly(1858, 11, 17).AddDays((int)entry.FirstDay));

    private static double OffsetOf(int at, double mjd) => Table[at].Seconds + ((mjd - Table[at].ReferenceMjd) * Table[at].PerDay);

    private static int Find(double day)
    {
        int at = Table.Length - 1; // most times are recent
        while (at > 0 && day < Table[at].FirstDay) // also for days before the first integer
            at--;
        return at;
    }
}
