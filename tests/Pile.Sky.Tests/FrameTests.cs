using System.Globalization;
using Pile.TestKit;

namespace Pile.Sky.Tests;

public sealed class FrameTests
{
    private const string Script = """
        import sys, numpy as np, astropy.units as u
        from astropy.coordinates import SkyCoord, ICRS, FK5, FK4, FK4NoETerms, Galactic, BarycentricMeanEcliptic
        frames = [FK5(), FK5(equinox='J1975'), FK5(equinox='J2050.5'), FK4(), FK4(equinox='B1900'), FK4NoETerms(), Galactic(),
            BarycentricMeanEcliptic(), BarycentricMeanEcliptic(equinox='J1950')]
        r = np.random.default_rng(5)
        lon = np.concatenate([r.uniform(0, 360, 3000), [0, 0, 12, 359.9999999, 0.0000001, 180, 266.4, 192.85948, 12.85948]])
        lat = np.concatenate([np.degrees(np.arcsin(r.uniform(-1, 1, 3000))), [90, -90, 89.99999, 0, 0, 0, -28.9, 27.12825, -27.12825]])
        for f in frames:
            to = SkyCoord(lon*u.deg, lat*u.deg, frame='icrs').transform_to(f).spherical
            back = SkyCoord(f.realize_frame(SkyCoord(lon*u.deg, lat*u.deg).data)).icrs
            for row in zip(lon, lat, to.lon.deg, to.lat.deg, back.ra.deg, back.dec.deg):
                print(*map(repr, map(float, row)))
        """;

    [Fact]
    public void Agrees_with_astropy_over_the_whole_sky()
    {
        SkyFrame[] frames = [SkyFrame.Fk5, Parsed("FK5 J1975"), Parsed("fk5 2050.5"), SkyFrame.Fk4, Parsed("B1900"), Parsed("FK4-NO-E"),
            SkyFrame.Galactic, SkyFrame.Ecliptic, Parsed("ecliptic J1950")];
        double[][] rows = [.. Python.Run(Script).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        int each = rows.Length / frames.Length;
        Assert.Equal(3009, each);
        double[] column(int f, int c) => [.. rows.Skip(f * each).Take(each).Select(r => r[c])];
        for (int f = 0; f < frames.Length; f++)
        {
            double fromIcrs = WorstMas(FrameConversion.FromIcrs(frames[f]), column(f, 0), column(f, 1), column(f, 2), column(f, 3));
            double toIcrs = WorstMas(FrameConversion.ToIcrs(frames[f]), column(f, 0), column(f, 1), column(f, 4), column(f, 5));
            Assert.True(fromIcrs < 0.01 && toIcrs < 0.01, $"{frames[f]}: {fromIcrs} mas from ICRS, {toIcrs} mas to ICRS");
        }
    }

    [Fact]
    public void Conversion_from_ICRS_and_back_returns_the_same_position()
    {
        foreach (string name in (string[])["fk5", "fk5 J1950", "fk4", "B1975", "galactic", "ecliptic"])
        {
            FrameConversion to = FrameConversion.FromIcrs(Parsed(name)), from = FrameConversion.ToIcrs(Parsed(name));
            for (double ra = 0; ra < 360; ra += 7.3)
                for (double dec = -90; dec <= 90; dec += 6)
                {
                    (double lon, double lat) = to.Convert(ra, dec);
                    (double ra2, double dec2) = from.Convert(lon, lat);
                    Assert.InRange(Separation.Arcsec(ra, dec, ra2, dec2), 0, 2e-5);
                }
        }
    }

    [Fact]
    public void NaN_positions_stay_NaN_and_ICRS_positions_are_unchanged()
    {
        double[] lon = [10, double.NaN, 30], lat = [double.NaN, 20, -40];
        FrameConversion.ToIcrs(SkyFrame.Galactic).Convert(lon, lat, lon, lat);
        Assert.Equal([true, true, false], lon.Select(double.IsNaN));
        Assert.Equal([true, true, false], lat.Select(double.IsNaN));
        Assert.Equal((-3.25, 90), FrameConversion.ToIcrs(SkyFrame.Icrs).Convert(-3.25, 90));
        Assert.Throws<ArgumentException>(() => FrameConversion.ToIcrs(SkyFrame.Fk4).Convert([1], [], [0], [0]));
    }

    [Theory]
    [InlineData("ICRS", "ICRS")]
    [InlineData("eq_FK5", "FK5")]
    [InlineData("J2000.0", "FK5")]
    [InlineData("fk5 j1975", "FK5 J1975")]
    [InlineData("FK5(J2050.5)", "FK5 J2050.5")]
    [InlineData("b1950", "FK4")]
    [InlineData("FK4 B1900", "FK4 B1900")]
    [InlineData("FK4 1975", "FK4 B1975")]
    [InlineData("gal", "GALACTIC")]
    [InlineData("ecliptic", "ECLIPTIC")]
    [InlineData("fk4-no-e", "FK4-NO-E")]
    public void Usual_names_of_frames_are_parsed(string text, string name) => Assert.Equal(name, Parsed(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("supergalactic")]
    [InlineData("icrs J2000")]
    [InlineData("FK5 B1950")]
    [InlineData("FK4 J2000")]
    [InlineData("J")]
    [InlineData("1950")]
    [InlineData("FK5 J20000")]
    [InlineData("fk5 J2000 x")]
    public void Other_names_are_not_parsed(string? text) => Assert.False(SkyFrame.TryParse(text, out _));

    [Fact]
    public void An_equinox_outside_the_range_of_the_polynomials_is_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SkyFrame.Of(CelestialSystem.Fk5, 1066));

    private static SkyFrame Parsed(string text) => SkyFrame.TryParse(text, out SkyFrame frame) ? frame : throw new ArgumentException(text);

    private static double WorstMas(FrameConversion conversion, double[] lon, double[] lat, double[] expectedLon, double[] expectedLat)
    {
        double[] toLon = new double[lon.Length], toLat = new double[lon.Length], arcsec = new double[lon.Length];
        conversion.Convert(lon, lat, toLon, toLat);
        Separation.Arcsec(toLon, toLat, expectedLon, expectedLat, arcsec);
        return arcsec.Max() * 1000;
    }
}
