using System.Globalization;
using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Compares unit strings of FITS, VOUnits and the CDS with astropy: a conversion gives the same factor as astropy, or is
/// rejected.</summary>
public sealed class UnitOracleTests
{
    private const string Script = """
        import sys, warnings, astropy.units as u
        warnings.simplefilter('ignore')
        for line in sys.argv[1].split('\n'):
            text, to = line.split('\t')
            found = []
            for f in ('fits', 'vounit', 'cds', 'generic'):
                try:
                    unit = u.Unit(text, format=f)
                    if any(isinstance(b, u.UnrecognizedUnit) for b in unit.bases): raise ValueError
                except Exception:
                    continue
                try:
                    found.append(repr(float(unit.to(u.Unit(to)))))
                except Exception:
                    found.append('none')
            print(text, to, *found, sep='\t')
        """;

    private static readonly (string From, string To)[] Pairs =
    [
        ("mas/yr", "arcsec/yr"), ("mas.yr**-1", "arcsec/yr"), ("mas.yr-1", "arcsec/yr"), ("mas yr-1", "arcsec/yr"),
        ("mas*yr**(-1)", "arcsec/yr"), ("arcsec^-2", "deg^-2"), ("arcsec**-2", "deg**-2"), ("arcsec-2", "deg-2"),
        ("10**(-17)erg/s/cm2", "W/m2"), ("10**(-17) erg/s/cm**2", "W/m2"), ("10-17erg/s/cm2", "W/m2"), ("10**-17 erg.s-1.cm-2", "W/m2"),
        ("1e-17 erg/s/cm2", "W/m2"), ("1E-17 erg/s/cm^2/Angstrom", "W/m3"), ("10-20W/m2", "W/m2"), ("10+20W", "W"),
        ("Angstrom", "nm"), ("0.1nm", "nm"), ("0.1 nm", "nm"), ("electron/s", "electron/s"), ("electron.s**-1", "electron/h"),
        ("[Lsun]", "Lsun"), ("[solLum]", "solLum"), ("Lsun", "solLum"), ("solMass", "kg"), ("Msun", "kg"),
        ("mag", "mag"), ("mmag", "mag"), ("mag/arcsec2", "mag/deg2"), ("%", "1"), ("dex", "dex"), ("[cm/s2]", "m/s2"),
        ("log(cm.s**-2)", "m/s2"), ("Jy", "mJy"), ("mJy/beam", "Jy/beam"), ("uJy", "Jy"), ("Jy.km/s", "Jy.m/s"),
        ("km/s", "m/s"), ("km.s-1", "m/s"), ("km s-1", "m/s"), ("kms-1", "m/s"), ("pc", "lyr"), ("kpc", "pc"), ("Mpc", "kpc"), ("AU", "m"),
        ("au", "m"), ("yr", "d"), ("a", "yr"), ("Ma", "yr"), ("d", "s"), ("h", "s"), ("min", "s"),
        ("\"", "deg"), ("'", "deg"), ("arcmin", "deg"), ("\"h:m:s\"", "deg"), ("rad", "deg"), ("sr", "deg2"), ("ct", "count"),
        ("ct/s", "count/s"), ("count/s", "count/h"), ("photon/s/cm2", "photon/s/m2"), ("ph", "photon"),
        ("adu", "photon"), ("adu", "count"), ("count", "photon"), ("ct", "ph"), ("photon", "electron"), ("electron", "count"),
        ("count/photon", "photon/count"), ("count", "mol"), ("bit", "electron"), ("adu/photon", "count/photon"),
        ("count.photon-1.s-1", "count.photon-1.h-1"),
        ("adu/s", "adu/h"), ("photon.adu-1", "photon.adu-1"),
        ("adu", "adu"), ("DN", "adu"), ("e-/s", "electron/s"), ("electron s-1", "electron/h"), ("electron", "photon"), ("DN s-1", "DN/h"),
        ("S", "s"), ("K", "mK"), ("keV", "J"), ("erg", "J"), ("eV", "J"), ("Ry", "eV"), ("G", "T"), ("D", "debye"), ("T", "G"), ("m", "cm"),
        ("um", "m"), ("micron", "m"), ("nm", "m"),
        ("GHz", "Hz"), ("MHz", "Hz"), ("Hz", "1/s"), ("pix", "pixel"), ("arcsec/pix", "deg/pix"), ("W/m2/Hz", "Jy"),
        ("erg/s/cm2/Angstrom", "W/m3"), ("10**(-17)erg/s/cm2/Angstrom", "W/m3"), ("1/Angstrom", "1/nm"), ("m-2", "cm-2"),
        ("deg2", "sr"), ("sqrt(m)", "m"), ("m(1/2)", "m"), ("cm**(-3)", "m-3"), ("g cm-3", "kg m-3"), ("s-1", "Hz"), ("nmgy", "Jy"),
        ("mol", "mol"), ("---", "1"), ("", "1"), ("Sun", "kg"), ("solRad", "m"), ("Rsun", "m"), ("jupMass", "kg"), ("geoMass", "kg"),
        ("Mjup", "kg"), ("keV.cm-2.s-1", "erg.cm-2.s-1"), ("eV-1", "J-1"), ("sqrt(eV)", "J(1/2)"), ("pc-3", "m-3"), ("AU/yr", "km/s"),
        ("Mpc-1", "km-1"), ("pc2", "AU2"), ("u", "kg"), ("Ry", "J"), ("km/s/Mpc", "s-1"), ("eV.pc", "J.m"),
    ];

    // Rejected, and therefore never wrong: dimensionless units, solid angles of two kinds, and bodies that are not in FITS.
    private static readonly string[] Rejected = ["%", "sr", "deg2", "D", "---", "", "geoMass", "Mjup"];

    [Theory] // spellings that astropy does not support
    [InlineData("ELECTRONS/S", "electron/h", 3600)]
    [InlineData("e-/s", "s-1 electron", 1)]
    [InlineData("COUNTS / SEC", "count/s", 1)]
    [InlineData("DN/S", "DN.h-1", 3600)]
    [InlineData("electron/s", "photon/s", double.NaN)]
    [InlineData("electron", "electron/s", double.NaN)]
    [InlineData("electron/photon", "electron", double.NaN)]
    [InlineData("DN", "electron", double.NaN)]
    [InlineData("S", "s", double.NaN)]
    [InlineData("M", "m", double.NaN)]
    [InlineData("M", "cm", double.NaN)]
    [InlineData("M/S", "km/s", 1e-3)]
    [InlineData("1E-17 erg/s/cm^2/Ang", "10**-17 erg s-1 cm-2 Angstrom-1", 1)]
    [InlineData("10^(-17) erg/s/cm^2/Ang", "10**-17 erg s-1 cm-2 Angstrom-1", 1)]
    [InlineData("10^-17 erg/s/cm^2/Ang", "10**-17 erg s-1 cm-2 Angstrom-1", 1)]
    [InlineData("1E-17*erg/cm^2/s/Ang", "1e-17 erg/cm^2/s/Angstrom", 1)]
    [InlineData("Angle", "Angstrom", double.NaN)]
    [InlineData("1e-17", "10", double.NaN)]
    public void Units_of_detectors_and_of_SDSS_are_supported_in_their_spellings(string from, string to, double expected)
    {
        Assert.Equal(!double.IsNaN(expected), Units.TryConvert(from, to, out double factor));
        Assert.Equal(expected, factor);
    }

    [Fact]
    public void All_factors_agree_with_astropy()
    {
        List<string> wrong = [], rejected = [];
        foreach (string line in Python.Run(Script, string.Join('\n', Pairs.Select(p => $"{p.From}\t{p.To}"))).Split('\n',
            StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split('\t');
            double[] theirs = [.. words[2..].Distinct().Where(w => w != "none").Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
            bool isFound = Units.TryConvert(words[0], words[1], out double factor);
            // FITS 4.0, table 4, has an older mass and radius of the Sun than astropy; they differ by 4e-4
            double tolerance = words[0].Contains("sun", StringComparison.OrdinalIgnoreCase)
                || words[0].StartsWith("sol", StringComparison.Ordinal) ? 1e-3 : 1e-12;
            if (isFound && words[0] != words[1] && words.Length > 2 && !theirs.Any(t => Math.Abs((factor / t) - 1) < tolerance))
                wrong.Add($"'{words[0]}' to '{words[1]}': {factor:R}, astropy {string.Join(" or ", words[2..])}");
            if (!isFound && theirs.Length > 0 && !Rejected.Contains(words[0]))
                rejected.Add($"'{words[0]}' to '{words[1]}': astropy {string.Join(" or ", words[2..])}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(rejected.Count == 0, "rejected: " + string.Join('\n', rejected));
    }
}
