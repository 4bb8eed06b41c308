using System.Text;
using System.Text.RegularExpressions;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>Converts unit strings of FITS (4.0 §4.3) with wcslib, including common misspellings that it supports (<c>DEG</c>,
/// <c>ANGSTROM</c>, <c>counts</c>), the spellings of the VO and astropy, and those of detectors.</summary>
internal static partial class FitsUnits
{
    /// <summary>A microarcsecond, as units are normalized.</summary>
    internal const string Microarcsec = "10**-3 mas";

    // wcslib takes it as metres, which M/S may have, but alone it may be a magnitude or a molarity, too.
    private const string CapitalM = "M";

    private const int MaxUnitLength = 72; // the maximum length on a header card
    private const int BufferBytes = 4 * MaxUnitLength; // a translation may be longer than the original
    private const int NoUnsafeTranslations = 0; // S, H and D keep their meaning: siemens, henry, debye

    /// <summary>Finds the factor between two units.</summary>
    /// <param name="from">The unit of the values.</param>
    /// <param name="to">The target unit.</param>
    /// <param name="factor">The factor to multiply values by.</param>
    /// <returns>True for equal texts, known or unknown. Otherwise false if a unit is unknown, if they measure different quantities, or if
    /// the conversion is not a factor (for example with logarithms).</returns>
    internal static bool TryConvert(string from, string to, out double factor)
    {
        (from, to) = (Normalize(from), Normalize(to));
        factor = double.NaN;
        if ((from != to && (from is CapitalM || to is CapitalM)) || !TryConvertByWcslib(from, to, out factor))
            return false;
        if (from != to)
            factor *= UnitConstants.CorrectionOf(from, to, factor, TryConvertByWcslib);
        return true;
    }

    /// <summary>Returns true if two units differ at most in how they are written, or if both are missing.</summary>
    internal static bool AreEqual(string? a, string? b) =>
        a == b || (a is not null && b is not null && TryConvert(a, b, out double factor) && factor == 1);

    /// <summary>Finds the factor between two normalized units with the constants of wcslib, which it also uses for the axes of a
    /// WCS.</summary>
    /// <inheritdoc cref="TryConvert"/>
    internal static unsafe bool TryConvertByWcslib(string from, string to, out double factor)
    {
        factor = 1;
        if (from == to)
            return true;
        factor = double.NaN;
        // wcslib ignores brackets, but [Jy] is the logarithm of Jy in CDS tables (Standards for Astronomical Catalogues, section 3.2.3).
        if (from.Contains('[', StringComparison.Ordinal) || to.Contains('[', StringComparison.Ordinal))
            return false;
        (string standInFrom, string standInTo) = (DetectorUnits.Substitute(from), DetectorUnits.Substitute(to));
        if ((standInFrom == from) != (standInTo == to)) // mol would be the stand-in of count
            return false;
        (from, to) = (standInFrom, standInTo);
        byte* fromBytes = stackalloc byte[BufferBytes], toBytes = stackalloc byte[BufferBytes];
        if (!TryTranslate(from, fromBytes) || !TryTranslate(to, toBytes))
            return false;
        if (WcsUnitsNative.Convert(fromBytes, toBytes, out double scale, out double offset, out double power, 0) != 0 || offset != 0
            || power != 1 || scale == 0)
            return false;
        factor = scale;
        return true;
    }

    /// <summary>Returns whether a text is a unit.</summary>
    internal static unsafe bool IsKnown(string unit)
    {
        string known = DetectorUnits.Substitute(Normalize(unit));
        byte* bytes = stackalloc byte[BufferBytes];
        return TryTranslate(known, bytes) && WcsUnitsNative.Convert(bytes, bytes, out _, out _, out _, 0) == 0;
    }

    private static unsafe bool TryTranslate(string unit, byte* buffer)
    {
        Span<byte> bytes = new(buffer, BufferBytes);
        bytes.Clear();
        if (unit.Length is 0 or > MaxUnitLength || !Ascii.IsValid(unit) || unit.Contains('\0', StringComparison.Ordinal))
            return false;
        Encoding.ASCII.GetBytes(unit, bytes);
        const int Unchanged = -1;
        return WcsUnitsNative.Translate(NoUnsafeTranslations, buffer, 0) is 0 or Unchanged;
    }

    /// <summary>Returns the spelling that wcslib supports for common other spellings; other units unchanged.</summary>
    internal static string Normalize(string unit) => unit.Trim() switch
    {
        "degree" or "degrees" or "\u00b0" => "deg",
        "''" or "\"" => "arcsec",
        "'" => "arcmin",
        "au" => "AU",
        "0.1nm" or "0.1 nm" => "Angstrom", // of CDS tables
        "Msun" => "solMass",
        "Lsun" => "solLum",
        "Rsun" => "solRad",
        "nanomaggies" or "nmgy" => "nanomaggy",
        "maggies" or "mgy" => "maggy",
        { } other => DetectorUnits.Normalize(UnitWords.Normalize(Spelled(other.Replace(" / ", "/", StringComparison.Ordinal)))),
    };

    // SDSS writes 1E-17 erg/s/cm^2/Ang; wcslib supports 10**-17.
    private static string Spelled(string unit) => JanskyUnits.Normalize(unit) is var known && known != unit ? known :
        Microarcseconds().Replace(Milliarcseconds().Replace(Factor().Replace(unit, "10**${power} "), "mas"), Microarcsec);

    [GeneratedRegex(@"^1(\.0*)?[eE](?<power>[+-]?\d{1,3})(?=[\s*.A-Za-z])[\s*.]*",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Factor();

    [GeneratedRegex("(?<![A-Za-z])marcsec(?![A-Za-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Milliarcseconds();

    // A power of ten is the first factor of a unit (FITS 4.0, section 4.3.1).
    [GeneratedRegex("^(uas|uarcsec)(?![A-Za-z0-9^*])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Microarcseconds();
}
