using System.Buffers;
using System.Globalization;
using Pile.Fits;

namespace Pile.Tables;

/// <summary>Converts between units as catalogues write them.</summary>
internal static class Units
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Returns the factor between two units, for example 1/3600000 from <c>mas</c> to <c>deg</c>.</summary>
    /// <param name="from">The unit of the values, a FITS or VO unit string (<c>erg/s/cm**2</c>, <c>10**-17 erg.s-1.cm-2</c>,
    /// <c>mas.yr-1</c>, <c>0.1nm</c>).</param>
    /// <param name="to">The unit to convert to.</param>
    /// <param name="factor">The factor to multiply by; NaN without one.</param>
    /// <returns>False if one of the units is unknown (<c>nanomaggy</c> is to FITS), if they differ in kind, or if the conversion is more
    /// than a factor. Equal texts are always the same unit.</returns>
    /// <exception cref="Format.NativeLibraryMissingException">wcslib is not installed.</exception>
    public static bool TryConvert(string from, string to, out double factor)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (FitsUnits.TryConvert(from, to, out factor))
            return true;
        (double fromScale, string fromUnit) = Split(from);
        (double toScale, string toUnit) = Split(to);
        if ((fromScale, toScale) == (1, 1) || !FitsUnits.TryConvert(fromUnit, toUnit, out factor))
            return false;
        factor *= fromScale / toScale;
        return true;
    }

    /// <summary>Returns the days of a unit of time, also in spellings of programs, in any case: <c>secs</c>, <c>Hours</c>, <c>DAYS</c>.
    /// </summary>
    /// <param name="unit">The unit. <c>S</c>, <c>H</c> and <c>D</c> are other units: siemens, henry and debye.</param>
    /// <param name="days">The days; NaN if the unit is not one of time.</param>
    internal static bool TryDays(string unit, out double days) => TryConvert(unit, "d", out days)
        || (unit.Trim().ToLowerInvariant() switch
        {
            "sec" or "secs" or "second" or "seconds" => "s",
            "min" or "mins" or "minute" or "minutes" => "min",
            "hr" or "hrs" or "hour" or "hours" => "h",
            "day" or "days" => "d",
            "yr" or "yrs" or "year" or "years" => "yr",
            "msec" or "millisecond" or "milliseconds" => "ms",
            "usec" or "microsecond" or "microseconds" => "us",
            _ => null,
        } is { } word && TryConvert(word, "d", out days));

    /// <summary>Returns true if two units differ at most in how they are written.</summary>
    /// <param name="a">A unit.</param>
    /// <param name="b">Another unit.</param>
    internal static bool AreSame(string a, string b) => TryConvert(a, b, out double factor) && factor == 1;

    /// <summary>Splits off a number before a unit, as the CDS writes it (<c>0.1nm</c>), but not powers of ten (<c>10-17erg</c>,
    /// <c>10**(-17)</c>).</summary>
    private static (double Scale, string Unit) Split(string unit)
    {
        string text = unit.Trim();
        int length = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        return length > 0 && text[length..].TrimStart() is [var first, ..] rest && char.IsAsciiLetter(first) && first is not ('e' or 'E')
            && double.TryParse(text.AsSpan(0, length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double scale)
            && scale > 0
            ? (scale, rest) : (1, unit);
    }
}
