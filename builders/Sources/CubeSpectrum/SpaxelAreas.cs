using System.Text.RegularExpressions;
using Pile.Fits;

namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>The names of spaxels, beams and angles in units, and their spellings in headers.</summary>
internal static partial class SpaxelAreas
{
    private const double ArcsecPerDeg = 3600, ArcsecPerRad = 180 * 3600 / Math.PI;

    /// <summary>Returns a unit with the names of beams and angles as in FITS: <c>Jy/beam</c> for <c>JY/BM</c> and <c>Jy per beam</c>,
    /// <c>mJy/arcsec2</c> for <c>mJy/sqarcsec</c>. The names of spaxels and pixels are kept.</summary>
    internal static string Normalize(string unit) =>
        Spelling().Replace(JanskyUnits.Normalize(Per().Replace(unit, "/")), match =>
            Name(match.Groups["name"].Value.ToLowerInvariant()) + (match.Groups["square"].Success ? "2" : ""));

    /// <summary>Returns what a name refers to, and the solid angle of the unit in arcsec².</summary>
    /// <param name="name">A name of a normalized unit.</param>
    /// <param name="power">Its power.</param>
    /// <param name="per">Receives what the values refer to.</param>
    /// <returns>1 for spaxels and beams; NaN if values with this power are not those of a spaxel, a solid angle or a beam; null for the
    /// names of other units.</returns>
    internal static double? Find(string name, int power, out FluxPer per)
    {
        string lower = name.ToLowerInvariant();
        double side = lower switch
        {
            "arcsec" => 1,
            "arcmin" => 60,
            "deg" => ArcsecPerDeg,
            "rad" => ArcsecPerRad,
            "mas" => 1e-3,
            "uas" or "uarcsec" => 1e-6,
            _ => double.NaN,
        };
        per = lower is "beam" ? FluxPer.Beam : lower is "sr" || !double.IsNaN(side) ? FluxPer.SolidAngle : FluxPer.Spaxel;
        return lower is "beam" or "spaxel" or "spaxels" or "pixel" or "pixels" or "pix" or "px" ? power == -1 ? 1 : double.NaN
            : lower is "sr" ? power == -1 ? ArcsecPerRad * ArcsecPerRad : double.NaN
            : !double.IsNaN(side) ? power == -2 ? side * side : double.NaN
            // Surface densities of the source, such as solMass/pc2: their sum needs a distance.
            : lower is "pc" or "kpc" or "mpc" && power == -2 ? double.NaN : null;
    }

    private static string Name(string spelling) => spelling switch
    {
        "bm" or "beams" => "beam",
        ['s', 't', ..] => "sr",
        ['a', 'r', 'c', 's', ..] => "arcsec",
        ['a', 'r', 'c', 'm', ..] => "arcmin",
        ['d', ..] => "deg",
        ['r', ..] => "rad",
        "marcsec" => "mas",
        _ => spelling,
    };

    [GeneratedRegex(@"\s+per\s+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Per();

    [GeneratedRegex(@"(?<![A-Za-z_])((?<square>sq(uare)?[\s._-]*)(?<name>arcsec(s|onds?)?|arcmin(s|utes?)?|deg(rees?)?|rad(ians?)?)"
        + @"(?![A-Za-z_\d*^])|(?<name>beams?|bm|arcsec(s|onds?)?|arcmin(s|utes?)?|deg(rees?)?|rad(ians?)?|sr|sterad(ians?)?|marcsec|mas)"
        + "(?![A-Za-z_]))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Spelling();
}
