using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Pile.Fits;

/// <summary>The names of units as headers spell them: <c>NANOMETERS</c>, <c>microJy</c>, <c>KEV</c>, <c>Counts</c>.</summary>
internal static partial class UnitWords
{
    // Shorter words have too many meanings without case: PA is Pa, pA or pa.
    private const int ShortestWithoutCase = 3;

    private static readonly FrozenSet<string> ShortWithoutCase = new[] { "nm", "um", "cm", "km", "hz", "sr", "ct", "dn" }.ToFrozenSet();

    private static readonly (string Word, string Prefix)[] Prefixes =
    [
        ("", ""), ("centi", "c"), ("milli", "m"), ("micro", "u"), ("nano", "n"), ("pico", "p"), ("femto", "f"), ("kilo", "k"),
        ("mega", "M"), ("giga", "G"), ("tera", "T"),
    ];

    private static readonly (string Words, string Unit)[] TakePrefixes =
    [
        ("meter meters metre metres", "m"), ("jy jansky janskys", "Jy"), ("hertz hz", "Hz"), ("ev electronvolt electronvolts", "eV"),
        ("sec secs second seconds", "s"), ("watt watts", "W"), ("joule joules", "J"), ("gram grams", "g"), ("parsec parsecs", "pc"),
        ("arcsec arcsecs arcsecond arcseconds", "arcsec"), ("year years", "yr"),
    ];

    private static readonly (string Words, string Unit)[] Plain =
    [
        ("ang angs angstrom angstroms \u00e5ngstrom \u00e5ngstr\u00f6m \u00e5ngstroms \u00e5ngstr\u00f6ms", "Angstrom"),
        ("micron microns", "um"), ("erg ergs", "erg"), ("dn", "DN"), ("count counts cts", "count"), ("photon photons", "photon"),
        ("electron electrons", "electron"), ("pixel pixels", "pixel"), ("mags magnitude magnitudes", "mag"),
        ("degree degrees", "deg"), ("arcmins arcminute arcminutes", "arcmin"), ("hr hrs hour hours", "h"), ("minute minutes", "min"),
        ("day days", "d"), ("radian radians", "rad"), ("steradian steradians", "sr"), ("voxels", "voxel"), ("beams", "beam"),
    ];

    private static readonly FrozenDictionary<string, string> Words = Plain.SelectMany(p => p.Words.Split(' ').Select(w => (w, p.Unit)))
        .Concat(from prefix in Prefixes
                from unit in TakePrefixes
                from word in unit.Words.Split(' ')
                select (prefix.Word + word, prefix.Prefix + unit.Unit switch
                {
                    "arcsec" when prefix.Prefix == "m" => "as",
                    _ => unit.Unit,
                }))
        .ToFrozenDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);

    /// <summary>Replaces the words of a unit that have one meaning by the names of FITS. Names of FITS keep their meaning, and words with
    /// several (<c>MJY</c>, <c>MM</c>) are kept.</summary>
    /// <remarks>In a text in capitals, <c>S</c> beside the name of counts, ergs or a length is the second.</remarks>
    internal static string Normalize(string unit)
    {
        string text = Symbol().Replace(unit, m => m.Value is "\u00c5" or "\u212b" ? "Angstrom" : "u");
        bool isSecond = !text.Any(char.IsAsciiLetterLower) && BesideSecond().IsMatch(text);
        return Word().Replace(text, m => isSecond && m.Value is "S" ? "s" : Of(m.Value));
    }

    /// <summary>Returns the names of FITS that a word may mean, if case is ignored, and its meaning in common use: mJy and MJy for
    /// <c>MJY</c>, Angstrom for <c>A</c>.</summary>
    internal static IEnumerable<string> Readings(string word) => word switch
    {
        "A" or "a" => ["Angstrom"],
        "S" => ["s"],
        "EV" => ["eV"],
        _ => FitsUnitNames.WithoutCase(word),
    };

    private static string Of(string word)
    {
        if (word.Length < 2 || FitsUnitNames.Contains(word))
            return word;
        string lower = word.ToLowerInvariant();
        return word == "AA" ? "Angstrom" : Words.GetValueOrDefault(lower)
            ?? ((word.Length >= ShortestWithoutCase || ShortWithoutCase.Contains(lower))
                && FitsUnitNames.WithoutCase(word) is [var only] ? only : word);
    }

    [GeneratedRegex("(?<![A-Za-z_])[A-Za-z\u00e5\u00c5\u00f6\u00d6]+(?![A-Za-z_])", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)] // not the sun of M_sun
    private static partial Regex Word();

    // Å alone, and µ before a unit.
    [GeneratedRegex("(?<![A-Za-z])[\u00c5\u212b](?![A-Za-z])|[\u00b5\u03bc](?=[A-Za-z])", RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Symbol();

    [GeneratedRegex("(?<![A-Z])(ERGS?|COUNTS?|CTS?|ELECTRONS?|PHOTONS?|DN|ADU|KM|CM|M)(?![A-Z])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BesideSecond();
}
