using System.Globalization;

namespace Pile.Earth;

/// <summary>Reads a date or a date and time of ISO 8601 (extended format) and RFC 3339.</summary>
internal ref struct IsoTime
{
    private const int MaxChars = 64;
    private const double SecondsPerDay = 86_400.0;
    private static readonly int MjdZero = new DateOnly(1858, 11, 17).DayNumber;

    private readonly ReadOnlySpan<char> text;
    private int at;

    private IsoTime(ReadOnlySpan<char> text) => this.text = text;

    /// <summary>Returns the instant of a date and time, or the whole of a day, month or year.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    internal static UtcInterval Parse(string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        return trimmed.Length <= MaxChars && new IsoTime(trimmed).TryParse(out UtcInterval interval) ? interval : throw Invalid(text);
    }

    internal static FormatException Invalid(string text) =>
        new($"'{(text.Length <= 80 ? text : text[..80] + "…")}' is not a time or an interval; expected ISO 8601 as in "
            + "2019-02-12T19:26:51.024Z, 2019-02-12, an MJD as in 58526.81, or two of these with a '/' between them, "
            + "'..' for an open end.");

    private bool TryParse(out UtcInterval interval)
    {
        interval = default;
        if (!TryDigits(4, out int year) || year == 0)
            return false;
        if (at == text.Length)
            return Days(new DateOnly(year, 1, 1), DateTime.IsLeapYear(year) ? 366 : 365, out interval);
        if (!TrySkip('-') || !TryDigits(2, out int month) || month is < 1 or > 12)
            return false;
        if (at == text.Length)
            return Days(new DateOnly(year, month, 1), DateTime.DaysInMonth(year, month), out interval);
        if (!TrySkip('-') || !TryDigits(2, out int day) || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        DateOnly date = new(year, month, day);
        if (at == text.Length)
            return Days(date, 1, out interval);
        if (text[at] is not ('T' or 't' or ' '))
            return false;
        at++;
        if (!TryTime(out double seconds, out int offsetMinutes) || at != text.Length)
            return false;
        // To UTC in whole minutes: the fraction of a second stays as it is.
        seconds -= 60.0 * offsetMinutes;
        double mjd = date.DayNumber - MjdZero + (seconds / SecondsPerDay);
        interval = new UtcInterval(mjd, mjd);
        return true;
    }

    private bool TryTime(out double seconds, out int offsetMinutes)
    {
        (seconds, offsetMinutes) = (0.0, 0);
        double second = 0.0;
        if (!TryDigits(2, out int hour) || !TrySkip(':') || !TryDigits(2, out int minute) || hour > 24 || minute > 59)
            return false;
        if (TrySkip(':') && !TrySeconds(out second))
            return false;
        if (hour == 24 && (minute != 0 || second != 0.0)) // 24:00 is the end of the day
            return false;
        if (at < text.Length && !TryOffset(out offsetMinutes))
            return false;
        if (second >= 60.0)
        {
            int minuteOfDay = (60 * hour) + minute - offsetMinutes;
            if ((minuteOfDay + (24 * 60)) % (24 * 60) != (24 * 60) - 1) // leap seconds end a day of UTC
                return false;
            second = 60.0;
        }
        seconds = (60.0 * ((60 * hour) + minute)) + second;
        return true;
    }

    private bool TrySeconds(out double second)
    {
        second = 0.0;
        int start = at;
        if (!TryDigits(2, out int whole) || whole > 60)
            return false;
        if (at < text.Length && text[at] is '.' or ',')
        {
            int digits = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            if (at == digits)
                return false;
            Span<char> number = stackalloc char[at - start];
            text[start..at].CopyTo(number);
            number[2] = '.';
            second = double.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            return true;
        }
        second = whole;
        return true;
    }

    private bool TryOffset(out int minutes)
    {
        minutes = 0;
        if (TrySkip('Z') || TrySkip('z'))
            return true;
        int sign = TrySkip('+') ? 1 : TrySkip('-') ? -1 : 0;
        if (sign == 0 || !TryDigits(2, out int hours) || hours > 23)
            return false;
        int rest = 0;
        if (at < text.Length)
        {
            TrySkip(':');
            if (!TryDigits(2, out rest) || rest > 59)
                return false;
        }
        minutes = sign * ((60 * hours) + rest);
        return true;
    }

    private static bool Days(DateOnly first, int count, out UtcInterval interval)
    {
        interval = new UtcInterval(first.DayNumber - MjdZero, first.DayNumber - MjdZero + count);
        return true;
    }

    private bool TryDigits(int count, out int value)
    {
        value = 0;
        if (text.Length - at < count)
            return false;
        for (int i = 0; i < count; i++, at++)
        {
            if (!char.IsAsciiDigit(text[at]))
                return false;
            value = (10 * value) + (text[at] - '0');
        }
        return true;
    }

    private bool TrySkip(char expected)
    {
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }
}
