using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>The unit of a time axis: numbers since a date.</summary>
/// <param name="ReferenceMjd">The day of the date as a modified Julian date, UTC.</param>
/// <param name="ReferenceDays">The time of the date in days.</param>
/// <param name="UnitsPerDay">The number of units in a day.</param>
/// <param name="FirstMjd">The first time that the calendar has.</param>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", 4.4 (time coordinate). Leap seconds are not counted: a
/// value is a date and a time of day. A
/// date before 15 October 1582 in the calendar <c>standard</c> is of the Julian calendar (Richards, in the Explanatory Supplement to the
/// Astronomical Almanac, 3rd edition, 15.11). Months and years have no fixed length, and calendars without leap years are not those of UTC,
/// so both are rejected.</remarks>
internal sealed partial record CfTime(double ReferenceMjd, double ReferenceDays, double UnitsPerDay, double FirstMjd)
{
    private static readonly DateTime MjdEpoch = new(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc);
    private static readonly JulianCalendar Julian = new();
    private const int MarchOfYearZeroBeforeMjd = 678_883; // Julian day 1721117.5, the first of March of the year 0 (1 BC), less 2400000.5
    private static readonly DateTime FirstGregorian = new(1582, 10, 15, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Reads the attributes <c>units</c> and <c>calendar</c>.</summary>
    /// <param name="units">For example <c>days since 1970-01-01 00:00:00</c>.</param>
    /// <param name="calendar">The calendar; null for the default, <c>standard</c>.</param>
    /// <exception cref="CfUnsupportedException">The unit or calendar is not supported.</exception>
    /// <exception cref="FormatException">The unit or date is not valid.</exception>
    internal static CfTime Parse(string units, string? calendar)
    {
        DateTime first = calendar?.ToUpperInvariant() switch
        {
            null or "STANDARD" or "GREGORIAN" => FirstGregorian, // before this date, it is the Julian calendar
            "PROLEPTIC_GREGORIAN" => DateTime.MinValue,
            _ => throw new CfUnsupportedException($"the calendar '{calendar}' is not supported: expected standard, gregorian or "
                + "proleptic_gregorian", "Convert the times to one of these, for example with convert_calendar of xarray"),
        };
        Match match = UnitsSince().Match(units);
        if (!match.Success)
            throw new FormatException($"'{units}' is not a unit of time: expected, for example, 'days since 1970-01-01'");
        double perDay = match.Groups["unit"].Value.ToUpperInvariant() switch
        {
            "WEEK" or "WEEKS" => 1 / 7.0,
            "D" or "DAY" or "DAYS" => 1,
            "H" or "HR" or "HRS" or "HOUR" or "HOURS" => 24,
            "MIN" or "MINS" or "MINUTE" or "MINUTES" => 1440,
            "S" or "SEC" or "SECS" or "SECOND" or "SECONDS" => 86_400,
            "MS" or "MSEC" or "MILLISECOND" or "MILLISECONDS" => 86_400e3,
            "MICROSECOND" or "MICROSECONDS" => 86_400e6,
            "NANOSECOND" or "NANOSECONDS" => 86_400e9,
            var unit => throw new CfUnsupportedException($"the unit of time '{unit}' is not supported: expected weeks, days, hours, "
                + "minutes or seconds", "Convert the times to days"),
        };
        (double mjd, double days) = ReferenceOf(match, units, isMixed: first == FirstGregorian);
        return new CfTime(mjd, days, perDay, Mjd(first));
    }

    /// <summary>Converts a value of the axis to a modified Julian date, UTC.</summary>
    /// <exception cref="FormatException">It is not finite, or not a date that can be written.</exception>
    internal double ToMjd(double value)
    {
        double days = Math.Floor(value / UnitsPerDay); // apart from the rest, because an early reference would take its last digits
        double mjd = ReferenceMjd + days + (ReferenceDays + ((value - (days * UnitsPerDay)) / UnitsPerDay));
        return mjd >= FirstMjd && mjd <= Mjd(DateTime.MaxValue) ? LeapSeconds.OfClock(mjd)
            : throw new FormatException($"the time {value.ToString(CultureInfo.InvariantCulture)} is not in the calendar");
    }

    /// <summary>Writes a time as ISO 8601, to the microsecond. A leap second is the next midnight.</summary>
    internal static string Text(double mjd)
    {
        long micros = (long)Math.Round(LeapSeconds.ToClock(mjd) * 86_400e6);
        return MjdEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
            CultureInfo.InvariantCulture);
    }

    private static (double Mjd, double Days) ReferenceOf(Match match, string units, bool isMixed)
    {
        try
        {
            (int year, int month, int dayOfMonth) = (Number("year"), Number("month"), Number("day"));
            bool isJulian = isMixed && (year, month, dayOfMonth).CompareTo((1582, 10, 15)) < 0;
            double day = isJulian ? JulianMjd(year, month, dayOfMonth)
                : Mjd(new DateTime(year, month, dayOfMonth, 0, 0, 0, DateTimeKind.Utc));
            TimeSpan time = new TimeOnly(Number("hour"), Number("minute")).ToTimeSpan();
            double seconds = match.Groups["second"] is { Success: true } second
                ? double.Parse(second.Value, CultureInfo.InvariantCulture) : 0;
            int east = Number("zoneHour") * 60 + Number("zoneMinute");
            if (seconds >= 60 || east > 14 * 60)
                throw new FormatException($"'{units}' has no valid time");
            time += new TimeSpan((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
            time += TimeSpan.FromMinutes(match.Groups["sign"].Value is "-" ? east : -east);
            return (day, time.Ticks / (double)TimeSpan.TicksPerDay);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException($"'{units}' has no valid date", e);
        }

        int Number(string name) => match.Groups[name] is { Success: true } digits
            ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Returns the modified Julian date of a day of the Julian calendar, which the calendar <c>standard</c> has before
    /// 1582-10-15.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
    private static double JulianMjd(int year, int month, int day)
    {
        // 5 to 14 October 1582 are in neither calendar.
        if (day < 1 || day > Julian.GetDaysInMonth(year, month) || (year, month, day).CompareTo((1582, 10, 4)) > 0)
            throw new ArgumentOutOfRangeException(nameof(day));
        (int years, int months) = month > 2 ? (year, month - 3) : (year - 1, month + 9); // since 1 March of the year 0
        return (365 * years) + (years / 4) + (((153 * months) + 2) / 5) + day - 1 - MarchOfYearZeroBeforeMjd;
    }

    private static double Mjd(DateTime time) => (time - MjdEpoch).Ticks / (double)TimeSpan.TicksPerDay;

    [GeneratedRegex(@"^\s*(?<unit>[A-Za-z]{1,16})\s+since\s+(?<year>[0-9]{1,4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})"
        + @"([T ]\s*(?<hour>[0-9]{1,2})(:(?<minute>[0-9]{1,2})(:(?<second>[0-9]{1,2}(\.[0-9]{0,12})?))?)?)?"
        + @"\s*(Z|UTC|GMT|(?<sign>[+-])(?<zoneHour>[0-9]{1,2}):?(?<zoneMinute>[0-9]{2})?)?\s*$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex UnitsSince();
}
