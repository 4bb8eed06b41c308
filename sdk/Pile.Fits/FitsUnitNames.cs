using System.Collections.Frozen;

namespace Pile.Fits;

/// <summary>The names of units in FITS (4.0, tables 3 to 6), for units that are written. <see cref="FitsUnits"/> reads more
/// spellings.</summary>
internal static class FitsUnitNames
{
    private static readonly string[] Prefixes =
        ["", "da", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y", "h", "k", "M", "G", "T", "P", "E", "Z", "Y"];

    private static readonly string[] WithPrefixes =
    [
        "m", "g", "s", "rad", "sr", "K", "A", "mol", "cd", "Hz", "J", "W", "V", "N", "Pa", "C", "Ohm", "S", "F", "Wb", "T", "H", "lm", "lx",
        "a", "yr", "pc", "eV", "Jy", "mag", "R", "bit", "byte", "G", "barn",
    ];

    private static readonly string[] Alone =
    [
        "deg", "arcmin", "arcsec", "mas", "min", "h", "d", "Ry", "solMass", "u", "solLum", "solRad", "AU", "lyr", "count", "ct", "photon",
        "ph", "pixel", "pix", "D", "Sun", "chan", "bin", "voxel", "adu", "beam", "erg", "Angstrom",
    ];

    private static readonly FrozenSet<string> All =
        WithPrefixes.SelectMany(unit => Prefixes.Select(prefix => prefix + unit)).Concat(Alone).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> AllWithoutCase =
        All.GroupBy(name => name.ToLowerInvariant(), StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>Returns true if FITS has a unit of this name.</summary>
    internal static bool Contains(ReadOnlySpan<char> name) => All.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);

    /// <summary>Returns the units of FITS whose names differ from a name at most in case.</summary>
    internal static string[] WithoutCase(string name) => AllWithoutCase.GetValueOrDefault(name.ToLowerInvariant()) ?? [];

    /// <summary>Returns the name in FITS of a name of astropy, the VO or the CDS, and the power of ten that remains: <c>%</c> is
    /// 10**-2.</summary>
    /// <returns>Null if FITS has no such unit.</returns>
    internal static (string Name, int Exponent)? Of(string name) => name switch
    {
        "%" or "percent" => ("", -2),
        "uas" or "uarcsec" => ("mas", -3),
        "marcsec" => ("mas", 0),
        "angstrom" => ("Angstrom", 0),
        "counts" => ("count", 0),
        "photons" => ("photon", 0),
        "pixels" => ("pixel", 0),
        "vox" => ("voxel", 0),
        "ohm" => ("Ohm", 0),
        "sec" or "second" or "seconds" => ("s", 0),
        "minute" or "minutes" => ("min", 0),
        "hour" or "hours" => ("h", 0),
        "day" or "days" => ("d", 0),
        "year" or "years" => ("yr", 0),
        "M_sun" => ("solMass", 0),
        "L_sun" => ("solLum", 0),
        "R_sun" => ("solRad", 0),
        _ => Contains(name) ? (name, 0) : null,
    };
}
