using System.Globalization;
using FsCheck.Fluent;
using Pile.TestKit;
using static Pile.Sky.Tests.SkyGenerators;

namespace Pile.Sky.Tests;

public class SeparationTests
{
    // Expected values computed by mpmath with 50 digits: the haversine formula for the given doubles.
    private const string Mpmath = """
        import sys
        from mpmath import mp, mpf, sin, cos, asin, sqrt, atan2, radians, degrees
        mp.dps = 50
        for line in sys.argv[1].split(';'):
            a1, d1, a2, d2 = (radians(mpf(float(t))) for t in line.split())
            h = sin((d2 - d1) / 2)**2 + cos(d1) * cos(d2) * sin((a2 - a1) / 2)**2
            pa = degrees(atan2(sin(a2 - a1) * cos(d2), cos(d1) * sin(d2) - sin(d1) * cos(d2) * cos(a2 - a1))) % 360
            print(mp.nstr(degrees(2 * asin(sqrt(min(h, mpf(1))))) * 3600, 25), mp.nstr(pa, 25))
        """;

    private static readonly (double RaA, double DecA, double RaB, double DecB)[] Pairs =
    [
        (10, 20, 11, 21), (359.99999999, 5, 1e-8, 5), (0, 90, 180, 89.9999), (123.4, -90, 5, 90), (12, 60, 12, 60.0000000001),
        (45, 89.99999999, 225, 89.99999999),
        (100, 30, 280, -30), (100, 30, 279.9999, -30.0001), (200, -45, 200.0000000001, -45), (-10, 0, 350.5, 0), (0, 0, 90, 0),
        (77, 41.8, 257, 41.8),
        (0, 90, 77, 90), (5, -90, 330.25, -90), (0, 90, 211, -90), (13, 90, 0.5, 89.99999999999),
        (13, -89.9999999999999, 140, -89.99999999999), (13, 89.9999999999999, 193, 89.9999999999999),
        (300, 45, 300.1, 45.00000000000001), (300, -45, 299.9, -45.00000000000001),
    ];

    [Fact]
    public void Agrees_with_50_digits_from_mpmath()
    {
        string arguments = string.Join(';', Pairs.Select(p => $"{p.RaA:R} {p.DecA:R} {p.RaB:R} {p.DecB:R}"));
        string[] lines = Python.Run(Mpmath, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Pairs.Length, lines.Length);
        foreach (((double raA, double decA, double raB, double decB), string line) in Pairs.Zip(lines))
        {
            double[] expected = [.. line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
            double arcsec = Separation.Arcsec(raA, decA, raB, decB);
            double ofRa = Math.Abs(raB - raA) > 180 ? 2e-10 : 0; // a difference across RA 0/360 is rounded once
            Assert.True(Math.Abs(arcsec - expected[0]) <= 1e-13 + (1e-14 * expected[0]) + ofRa,
                $"{raA} {decA} {raB} {decB}: {arcsec:R} against {expected[0]:R}");
            if (expected[0] is > 1e-30 and < 640_000) // the angle is undefined for equal and for opposite points
                Assert.Equal(0.0, Math.IEEERemainder(Separation.PositionAngleDeg(raA, decA, raB, decB) - expected[1], 360), 1e-9);
        }
    }

    [Fact]
    public void Small_separation_keeps_its_digits()
    {
        double step = Math.BitIncrement(60.0) - 60.0; // the smallest possible step in declination
        Assert.Equal(step * 3600, Separation.Arcsec(12, 60, 12, 60 + step), step * 1e-9);
        Assert.Equal(step * 3600, Separation.Arcsec(372, 60, 12, 60 + step), step * 1e-9);
    }

    [Theory] // cos 90° is 0, though Math.Cos(Math.PI / 2) is not
    [InlineData(90)]
    [InlineData(-90)]
    public void A_pole_is_one_point_at_every_right_ascension(double decDeg)
    {
        for (int raDeg = 0; raDeg <= 360; raDeg += 7)
        {
            Assert.Equal(0.0, Separation.Arcsec(0, decDeg, raDeg, decDeg));
            Assert.Equal(648000.0, Separation.Arcsec(raDeg, decDeg, 77, -decDeg));
        }
    }

    [Fact]
    public void Missing_position_has_no_separation()
    {
        Assert.Equal(double.NaN, Separation.Arcsec(double.NaN, 0, 0, 0));
        Assert.Equal(double.NaN, Separation.Arcsec(0, 0, 0, double.NaN));
        Assert.Equal(double.NaN, Separation.Arcsec(double.PositiveInfinity, 0, 0, 0));
        Assert.Equal(double.NaN, Separation.PositionAngleDeg(0, double.NaN, 0, 0));
    }

    [Fact]
    public void Overload_for_spans_equals_the_scalar_overload_and_leaves_the_rest_unchanged()
    {
        double[] destination = [.. Enumerable.Repeat(-1.0, Pairs.Length + 1)];
        Separation.Arcsec([.. Pairs.Select(p => p.RaA)], [.. Pairs.Select(p => p.DecA)], [.. Pairs.Select(p => p.RaB)],
            [.. Pairs.Select(p => p.DecB)], destination);
        Assert.Equal(Pairs.Select(p => Separation.Arcsec(p.RaA, p.DecA, p.RaB, p.DecB)).Append(-1.0), destination);
    }

    [Fact]
    public void Separation_is_symmetric_and_bounded() => Check(
        from a in Position from b in Position select (a, b), c =>
        {
            double forth = Separation.Arcsec(c.a.RaDeg, c.a.DecDeg, c.b.RaDeg, c.b.DecDeg),
                back = Separation.Arcsec(c.b.RaDeg, c.b.DecDeg, c.a.RaDeg, c.a.DecDeg);
            double pa = Separation.PositionAngleDeg(c.a.RaDeg, c.a.DecDeg, c.b.RaDeg, c.b.DecDeg);
            return forth is >= 0 and <= 648000 && Math.Abs(forth - back) < 1e-9 && pa is >= 0 and < 360;
        });
}
