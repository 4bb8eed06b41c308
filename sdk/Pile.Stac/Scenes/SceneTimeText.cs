using Pile.Format;

namespace Pile.Stac;

/// <summary>Parses dates and times of documents: RFC 3339, with the variants that STAC items and EO3 documents have.</summary>
/// <remarks>Accepted are a date; and a date, <c>T</c>, <c>t</c> or a space, and a time with seconds and any number of decimals, then
/// <c>Z</c> or an offset. A time without an offset is UTC, as the Open Data Cube writes it. Second 60 is accepted where RFC 3339, section
/// 5.7, allows a leap second: 23:59 UTC on the last day of a month. A day with a leap second has 86,401 s, over which the fraction of the
/// modified Julian date is spread, as in SOFA; if there was none, second 60 is the following midnight.</remarks>
internal static class SceneTimeText
{
    private const long TicksPerDay = TimeSpan.TicksPerDay;
    private const double SecondsPerDay = 86_400;
    private static readonly int MjdDay0 = new DateOnly(1858, 11, 17).DayNumber;

    /// <summary>Parses a time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="startMjd">The time, or the start of the day of a date, as a modified Julian date (UTC).</param>
    /// <param name="endMjd">The same time, or the end of the day of a date.</param>
    internal static bool TryParse(ReadOnlySpan<char> text, out double startMjd, out double endMjd)
    {
        startMjd = endMjd = double.NaN;
        if (text.Length < 10 || !Digits(text, 0, 4, out int year) || text[4] != '-' || !Digits(text, 5, 2, out int month)
            || text[7] != '-' || !Digits(text, 8, 2, out int day)
            || year is 0 || month is 0 or > 12 || day is 0 || day > DateTime.DaysInMonth(year, month))
            return false;
        int days = new DateOnly(year, month, day).DayNumber - MjdDay0;
        if (text.Length == 10)
        {
            (startMjd, endMjd) = (days, days + 1);
            return true;
        }
        if (!TryTime(text[10..], out long ticks, out bool isLeap, out long fraction, out int offsetMinutes))
            return false;
        ticks -= offsetMinutes * TimeSpan.TicksPerMinute;
        days += (int)Math.DivRem(ticks, TicksPerDay, out long rest) - (rest < 0 ? 1 : 0);
        rest = rest < 0 ? rest + TicksPerDay : rest;
        if (isLeap)
        {
            if (days + MjdDay0 is < 0 || days + MjdDay0 >= DateOnly.MaxValue.DayNumber || rest != TicksPerDay - TimeSpan.TicksPerMinute
                || DateOnly.FromDayNumber(days + MjdDay0 + 1).Day != 1)
                return false;
            // Steps before 1972 are fractions of a second.
            rest = TicksPerDay + fraction;
            if (rest / (double)TimeSpan.TicksPerSecond >= LeapSeconds.DaySeconds(days))
                (days, rest) = (days + 1, 0);
        }
        double daySeconds = LeapSeconds.DaySeconds(days);
        startMjd = endMjd = daySeconds == SecondsPerDay ? days + rest / (double)TicksPerDay
            : days + rest / (double)TimeSpan.TicksPerSecond / daySeconds;
        return true;
    }

    // For a leap second, ticks are those of the start of its minute.
    private static bool TryTime(ReadOnlySpan<char> text, out long ticks, out bool isLeap, out long fraction, out int offsetMinutes)
    {
        (ticks, isLeap, fraction, offsetMinutes) = (0, false, 0, 0);
        if (text.Length < 9 || text[0] is not ('T' or 't' or ' ') || !Digits(text, 1, 2, out int hour) || text[3] != ':'
            || !Digits(text, 4, 2, out int minute) || text[6] != ':' || !Digits(text, 7, 2, out int second)
            || hour > 23 || minute > 59 || second > 60)
            return false;
        ticks = hour * TimeSpan.TicksPerHour + minute * TimeSpan.TicksPerMinute;
        isLeap = second == 60;
        int at = 9;
        long unit = TimeSpan.TicksPerSecond;
        if (at < text.Length && text[at] == '.')
        {
            int first = ++at;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
                fraction += (text[at] - '0') * (unit /= 10); // decimals below 0.1 µs are cut
            if (at == first)
                return false;
        }
        if (!isLeap)
            ticks += second * TimeSpan.TicksPerSecond + fraction;
        return TryOffset(text[at..], out offsetMinutes);
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 0 || (text.Length == 1 && text[0] is 'Z' or 'z'))
            return true;
        if (text[0] == ' ')
            text = text[1..];
        int signs = text.Length > 0 && text[0] is '+' ? 1 : text.Length > 0 && text[0] is '-' ? -1 : 0, minute = 0;
        if (signs == 0 || !Digits(text, 1, 2, out int hour) || hour > 23)
            return false;
        if (!(text.Length == 3 || (text.Length == 6 && text[3] == ':' && Digits(text, 4, 2, out minute))
            || (text.Length == 5 && Digits(text, 3, 2, out minute))) || minute > 59)
            return false;
        minutes = signs * (hour * 60 + minute);
        return true;
    }

    private static bool Digits(ReadOnlySpan<char> text, int start, int count, out int value)
    {
        value = 0;
        if (text.Length < start + count)
            return false;
        foreach (char c in text.Slice(start, count))
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }
}
