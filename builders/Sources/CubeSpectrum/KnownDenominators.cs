using System.Collections.Frozen;
using Pile.Fits;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>The units that values of a spaxel may be divided by without a change of their sum, such as Å and s.</summary>
internal static class KnownDenominators
{
    // Units of wavelength, frequency, time and detectors in the spellings of headers that FITS and wcslib do not have.
    private static readonly FrozenSet<string> Spellings = new[]
    {
        "a", "aa", "ang", "angs", "angstrom", "angstroms", "\u00c5", "um", "\u00b5m", "\u03bcm", "micron", "microns", "nm", "cm", "km",
        "m", "hz", "khz", "mhz", "ghz", "kev", "ev", "s", "sec", "secs", "second", "seconds", "min", "minute", "minutes", "hr", "hour",
        "hours", "e", "electron", "electrons", "dn", "adu", "photon", "photons", "channel", "channels", "chan", "bin", "frame", "exposure",
        "integration", "group", "sample", "dex",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // FITS has attoseconds and attometres, but headers mean arcseconds and arcminutes.
    private static readonly FrozenSet<string> Ambiguous = new[] { "as", "am", "b" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns true if a name is that of a unit, and not of an area.</summary>
    internal static bool Contains(string name) => !Ambiguous.Contains(name)
        && (Spellings.Contains(name) || FitsUnitNames.Of(name) is not null || FitsUnits.IsKnown(name));
}
