using System.Text;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>Unit strings of FITS (4.0 §4.3), as wcslib reads them, with the usual misspellings it knows (<c>DEG</c>, <c>ANGSTROM</c>,
/// <c>counts</c>), the spellings of the VO and astropy, and those of detectors.</summary>
internal static class FitsUnits
{
    private const int LongestUnit = 72; // what a header card holds
    private const int BufferBytes = 4 * LongestUnit; // a translation may be longer than the original
    private const int NoUnsafeTranslations = 0; // S, H and D stay what they are: siemens, henry, debye

    /// <summary>Finds the factor between two units.</summary>
    /// <param name="from">The unit that values have.</param>
    /// <param name="to">The unit that they shall have.</param>
    /// <param name="factor">What to multiply by.</param>
    /// <returns>Equal texts are the same unit, known or not; else false when one is unknown, they differ in kind, or more than a factor
    /// lies between them (as with logarithms).</returns>
    internal static unsafe bool TryConvert(string from, string to, out double factor)
    {
        (from, to) = (Spell(from), Spell(to));
        factor = 1;
        if (from == to)
            return true;
        factor = double.NaN;
        (from, to) = DetectorUnits.Known(from, to);
        byte* fromBytes = stackalloc byte[BufferBytes], toBytes = stackalloc byte[BufferBytes];
        if (!TryTranslate(from, fromBytes) || !TryTranslate(to, toBytes))
            return false;
        if (WcsUnitsNative.Convert(fromBytes, toBytes, out double scale, out double offset, out double power, 0) != 0 || offset != 0
            || power != 1 || scale == 0)
            return false;
        factor = scale;
        return true;
    }

    private static unsafe bool TryTranslate(string unit, byte* buffer)
    {
        Span<byte> bytes = new(buffer, BufferBytes);
        bytes.Clear();
        if (unit.Length is 0 or > LongestUnit || !Ascii.IsValid(unit) || unit.Contains('\0', StringComparison.Ordinal))
            return false;
        Encoding.ASCII.GetBytes(unit, bytes);
        const int Unchanged = -1;
        return WcsUnitsNative.Translate(NoUnsafeTranslations, buffer, 0) is 0 or Unchanged;
    }

    private static string Spell(string unit) => unit.Trim() switch
    {
        "degree" or "degrees" or "\u00b0" => "deg",
        "''" or "\"" => "arcsec",
        "'" => "arcmin",
        "hr" => "h",
        "AA" or "\u00c5" => "Angstrom",
        "au" => "AU",
        "micron" or "microns" => "um",
        "Msun" => "solMass",
        "Lsun" => "solLum",
        "Rsun" => "solRad",
        { } other => DetectorUnits.Spell(other.Replace(" / ", "/", StringComparison.Ordinal)),
    };
}
