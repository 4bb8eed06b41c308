using System.Buffers;
using System.Globalization;

namespace Pile.Tables;

/// <summary>Parses angles in text: <c>12:34:56.7</c>, <c>12 34 56.7</c>, <c>12h34m56.7s</c>, <c>-00°30'12"</c>, also with minutes as the
/// last part.</summary>
internal static class Sexagesimal
{
    private static readonly SearchValues<byte> DigitsAndPoint = SearchValues.Create("0123456789."u8);

    /// <summary>The unit of the first part according to the letters.</summary>
    internal enum Kind
    {
        /// <summary>No letters.</summary>
        Unspecified,

        /// <summary>Hours.</summary>
        Hours,

        /// <summary>Degrees.</summary>
        Degrees,
    }

    /// <summary>Parses an angle exactly: decimal digits are summed as decimals, without rounding.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="seconds">The angle in seconds of an hour, or of a degree.</param>
    /// <param name="kind">Which of the two, if letters specify it.</param>
    /// <returns>False if the text is anything else, including a plain number, or if minutes or seconds exceed 60.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> utf8, out decimal seconds, out Kind kind)
    {
        (seconds, kind) = (0, Kind.Unspecified);
        utf8 = utf8.Trim(" \t"u8);
        bool isNegative = TakeSign(ref utf8);
        decimal weight = 3600;
        int parts = 0;
        bool isDecimal = false;
        while (!utf8.IsEmpty)
        {
            int length = utf8.IndexOfAnyExcept(DigitsAndPoint);
            ReadOnlySpan<byte> number = length < 0 ? utf8 : utf8[..length];
            if (parts == 3 || isDecimal || number.IsEmpty
                || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal part)
                || part > 100_000)
                return false;
            if (parts > 0 && (part > 60 || (part == 60 && parts == 1)))
                return false;
            isDecimal = number.Contains((byte)'.');
            seconds += part * weight;
            weight /= 60;
            utf8 = length < 0 ? default : utf8[length..];
            if (!TakeSeparator(ref utf8, parts, ref kind))
                return false;
            parts++;
        }
        if (parts == 0 || (parts == 1 && kind is Kind.Unspecified))
            return false;
        if (isNegative)
            seconds = -seconds;
        return true;
    }

    /// <summary>Returns whether a unit is that of hours, minutes and seconds, or of degrees, minutes and seconds: <c>h:m:s</c>,
    /// <c>h min s</c>, <c>hms</c>, <c>hh:mm:ss</c>, <c>deg arcmin arcsec</c>, also without seconds.</summary>
    /// <param name="unit">The unit in lower case.</param>
    /// <returns>Null for another unit.</returns>
    internal static Kind? KindOfUnit(string unit)
    {
        string[] parts = unit switch
        {
            "hms" => ["h", "m", "s"],
            "dms" => ["d", "m", "s"],
            _ => unit.Split([' ', ':', ','], StringSplitOptions.RemoveEmptyEntries),
        };
        return parts is [var first, "m" or "mm" or "min" or "mins" or "minute" or "minutes" or "arcmin" or "'", .. var rest]
            && rest is [] or ["s" or "ss" or "sec" or "secs" or "second" or "seconds" or "arcsec" or "\""]
            ? first switch
            {
                "h" or "hh" or "hr" or "hour" or "hours" => Kind.Hours,
                "d" or "dd" or "deg" or "degree" or "degrees" or "°" => Kind.Degrees,
                _ => null,
            }
            : null;
    }

    private static bool TakeSign(ref ReadOnlySpan<byte> text)
    {
        bool isNegative = text is [(byte)'-', ..] || text.StartsWith("−"u8);
        int length = text.StartsWith("−"u8) ? "−"u8.Length : isNegative || text is [(byte)'+', ..] ? 1 : 0;
        text = text[length..].TrimStart((byte)' ');
        return isNegative;
    }

    /// <summary>Consumes the separator after a part: a colon, blanks, or its letter or sign.</summary>
    private static bool TakeSeparator(ref ReadOnlySpan<byte> text, int part, ref Kind kind)
    {
        int before = text.Length;
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty)
            return true;
        if (part == 0 && TakeAny(ref text, "h"u8, "H"u8))
            kind = Kind.Hours;
        else if (part == 0 && (TakeAny(ref text, "d"u8, "D"u8) || TakeAny(ref text, "°"u8, "º"u8)))
            kind = Kind.Degrees;
        else if (part == 1 ? !(TakeAny(ref text, "m"u8, "M"u8) || TakeAny(ref text, "'"u8, "′"u8))
            : part != 2 || !(TakeAny(ref text, "s"u8, "S"u8) || TakeAny(ref text, "\""u8, "″"u8) || TakeAny(ref text, "''"u8, "''"u8)))
        {
            if (part == 2 || !(TakeAny(ref text, ":"u8, ":"u8) || text.Length < before))
                return false;
        }
        text = text.TrimStart((byte)' ');
        return true;
    }

    private static bool TakeAny(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int length = text.StartsWith(one) ? one.Length : text.StartsWith(other) ? other.Length : 0;
        text = text[length..];
        return length > 0;
    }
}
