using System.Globalization;

namespace Pile.Format;

/// <summary>Times as text: ISO 8601, a year and the day of the year, a Julian or Besselian year, or MJD as a number.</summary>
internal static class TimeText
{
    private const int MjdOfDay0 = -678_575; // 0001-01-01
    private const double SecondsPerDay = 86_400;
    private const int TickDigits = 7;

    /// <summary>The forms of dates as text, for messages.</summary>
    internal const string Forms = "ISO 8601 (2026-01-31, 2026-01-31T12:00:00.5, 2026-01-31 12:00), a year and the day of the year "
        + "(2026:031:12:00:00), or a year (J2026.5, B1950.0)";

    /// <summary>Describes what <see cref="TryDate"/> reads, for messages.</summary>
    /// <param name="scale">The time scale.</param>
    internal static string Expected(string scale) => $"a time in {scale} as text: {Forms}"
        + (TimeScales.Name(scale) == "UTC" ? "" : ", without 'Z' or an offset, which are UTC");

    /// <summary>Reads a date as text, in the forms of <see cref="MjdOf"/>, as MJD in a time scale.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scale">The time scale, as in FITS.</param>
    /// <param name="mjd">The MJD; NaN for other text.</param>
    /// <returns>False for numbers, whose unit and zero point the text does not state; for a text with <c>Z</c> or an offset in another
    /// scale than UTC; and for any other text.</returns>
    internal static bool TryDate(ReadOnlySpan<char> text, string scale, out double mjd)
    {
        text = text.Trim();
        bool isUtc = TimeScales.Name(scale) == "UTC";
        mjd = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || (!isUtc && HasOffset(text)) ? double.NaN
            : MjdOf(text, isUtc);
        return !double.IsNaN(mjd);
    }

    /// <summary>Returns whether a date as text has <c>Z</c> or an offset, so that it is UTC.</summary>
    internal static bool HasOffset(ReadOnlySpan<char> text) => text.Trim() is { Length: > 10 } trimmed && IsUtcAtEnd(trimmed);

    private static bool IsUtcAtEnd(ReadOnlySpan<char> text) =>
        !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        && (text[^1] is 'Z' or 'z' || text[10..].ContainsAny('+', '-'));

    /// <summary>The MJD of a time as text, as in the formats isot, iso, fits, yday, jyear_str and byear_str of astropy, or of a number; NaN
    /// for any other text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isUtc">True if the time scale is UTC: the fraction of a day with a leap second is then that of 86,401 s, as in SOFA
    /// (quasi-JD), and its last second is 23:59:60.</param>
    internal static double MjdOf(ReadOnlySpan<char> text, bool isUtc)
    {
        text = text.Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double mjd))
            return mjd;
        if (text is ['J' or 'B', _, ..] && double.TryParse(text[1..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double year))
            return text[0] == 'J' ? TimeWords.MjdOfJulianYear(year) : TimeWords.MjdOfBesselianYear(year);
        bool isDayOfYear = text.Length >= 8 && text[4] == ':';
        if (!(isDayOfYear ? TryDayOfYear(text, out int day) : TryDay(text, out day))
            || !TryTime(text[(isDayOfYear ? 8 : 10)..], isDayOfYear, out long ticks, out bool isLeap))
            return double.NaN;
        (long days, ticks) = Math.DivRem(ticks, TimeSpan.TicksPerDay);
        if (ticks < 0)
            (days, ticks) = (days - 1, ticks + TimeSpan.TicksPerDay);
        day += (int)days;
        double daySeconds = isUtc ? LeapSeconds.DaySeconds(day) : SecondsPerDay, seconds = ticks / (double)TimeSpan.TicksPerSecond;
        if (!isLeap)
            return day + (seconds / daySeconds);
        return isUtc && seconds + 1 >= SecondsPerDay && seconds + 1 < daySeconds ? day + ((seconds + 1) / daySeconds) : double.NaN;
    }

    /// <summary>Returns whether a text is a value, but not a time.</summary>
    /// <inheritdoc cref="MjdOf"/>
    internal static bool IsInvalid(ReadOnlySpan<char> text, bool isUtc) => !text.IsWhiteSpace()
        && !text.Trim().Equals("null", StringComparison.OrdinalIgnoreCase) && double.IsNaN(MjdOf(text, isUtc))
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // yyyy-MM-dd
    private static bool TryDay(ReadOnlySpan<char> text, out int mjd)
    {
        mjd = 0;
        if (text.Length < 10 || text[4] is not ('-' or '/') || text[7] != text[4] || !TryDigits(text[..4], out int year)
            || !TryDigits(text[5..7], out int month) || !TryDigits(text[8..10], out int day)
            || year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        mjd = new DateOnly(year, month, day).DayNumber + MjdOfDay0;
        return true;
    }

    // yyyy:ddd
    private static bool TryDayOfYear(ReadOnlySpan<char> text, out int mjd)
    {
        mjd = 0;
        if (!TryDigits(text[..4], out int year) || !TryDigits(text[5..8], out int day) || year == 0 || day < 1
            || day > (DateTime.IsLeapYear(year) ? 366 : 365))
            return false;
        mjd = new DateOnly(year, 1, 1).DayNumber + day - 1 + MjdOfDay0;
        return true;
    }

    // [T]HH:mm[:ss[.f…]][Z|±HH[[:]mm]]. Of a leap second, the ticks are those of the second before.
    private static bool TryTime(ReadOnlySpan<char> text, bool isAfterDayOfYear, out long ticks, out bool isLeap)
    {
        (ticks, isLeap) = (0, false);
        if (text.IsEmpty)
            return true;
        if (text.Length < 6 || !(isAfterDayOfYear ? text[0] == ':' : text[0] is 'T' or 't' or ' ') || text[3] != ':'
            || !TryDigits(text[1..3], out int hours) || !TryDigits(text[4..6], out int minutes) || hours > 23 || minutes > 59)
            return false;
        text = text[6..];
        int seconds = 0;
        long fraction = 0;
        if (text is [':', ..])
        {
            if (text.Length < 3 || !TryDigits(text[1..3], out seconds) || seconds > 60)
                return false;
            text = text[3..];
            if (text is ['.' or ',', ..])
            {
                int digits = text[1..].IndexOfAnyExceptInRange('0', '9') is >= 0 and int end ? end : text.Length - 1;
                if (digits == 0)
                    return false;
                for (int i = 0; i < TickDigits; i++)
                    fraction = (fraction * 10) + (i < digits ? text[1 + i] - '0' : 0);
                fraction += digits > TickDigits && text[1 + TickDigits] >= '5' ? 1 : 0;
                text = text[(1 + digits)..];
            }
        }
        isLeap = seconds == 60;
        ticks = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute)
            + ((isLeap ? 59 : seconds) * TimeSpan.TicksPerSecond) + fraction;
        return TryOffset(text.TrimStart(), ref ticks);
    }

    private static bool TryOffset(ReadOnlySpan<char> text, ref long ticks)
    {
        if (text is [] or ['Z'] or ['z'])
            return true;
        int minutes = 0;
        if (text.Length is not (3 or 5 or 6) || text[0] is not ('+' or '-') || !TryDigits(text[1..3], out int hours)
            || (text.Length > 3 && !TryDigits(text[^2..], out minutes)) || (text.Length == 6 && text[3] != ':')
            || hours > 14 || minutes > 59)
            return false;
        long offset = (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute);
        ticks -= text[0] == '-' ? -offset : offset;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
