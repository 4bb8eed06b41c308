using System.Globalization;
using Pile.TestKit;

namespace Pile.Drawing.Tests;

public class SkyProjectionTests
{
    private static readonly (double Offset, double Latitude)[] Positions =
    [
        .. from offset in new[] { -179.9, -120, -30, -1e-6, 0, 12.5, 90, 179.9 }
           from latitude in new[] { -89.9999, -75, -30, 0, 1e-7, 45, 60, 89.9 }
           select (offset, latitude),
    ];

    private static readonly Lazy<Dictionary<(string Code, double RaDeg, double DecDeg), double[]>> WcslibPositions = new(Wcslib);

    [Theory]
    [InlineData(AllSkyProjection.Mollweide, "MOL")]
    [InlineData(AllSkyProjection.Aitoff, "AIT")]
    public void All_sky_maps_agree_with_wcslib(AllSkyProjection projection, string code)
    {
        double[] expected = WcslibPositions.Value[(code, 0, 0)];
        for (int i = 0; i < Positions.Length; i++)
        {
            (double x, double y) = SkyProjection.AllSky(projection, Positions[i].Offset, Positions[i].Latitude);
            double tolerance = Math.Abs(Positions[i].Latitude) > 89.99 ? 1e-4 : 1e-6; // wcslib stops its search early at the poles of MOL
            Assert.Equal(expected[2 * i], x, tolerance);
            Assert.Equal(expected[2 * i + 1], y, tolerance);
        }
    }

    [Theory]
    [InlineData(0, 90)]
    [InlineData(359.9, -45)]
    [InlineData(10, 20)]
    public void The_tangent_plane_agrees_with_wcslib(double centreRaDeg, double centreDecDeg)
    {
        double[] expected = WcslibPositions.Value[("TAN", centreRaDeg, centreDecDeg)];
        int held = 0;
        for (int i = 0; i < Positions.Length; i++)
        {
            (double xi, double eta) = SkyProjection.Tangent(centreRaDeg, centreDecDeg, Positions[i].Offset, Positions[i].Latitude);
            // at and beyond the horizon, where wcslib continues with the mirror image
            if (double.IsNaN(xi) || Math.Abs(xi) + Math.Abs(eta) > 1e4)
                continue;
            held++;
            Assert.Equal(expected[2 * i], xi, 1e-6 * (1 + Math.Abs(xi)));
            Assert.Equal(expected[2 * i + 1], eta, 1e-6 * (1 + Math.Abs(eta)));
        }

        Assert.True(held > 20);
    }

    [Fact] // near the pole 2γ + sin 2γ = π sin δ becomes ε³ = 3π η²/8 with ε = π/2 − γ and η = π/2 − δ
    public void Mollweide_is_accurate_near_the_pole()
    {
        double eta = 1e-4 * Math.PI / 180;
        Assert.Equal(Math.Sqrt(8) / Math.PI * 100 * Math.Cbrt(3 * Math.PI * eta * eta / 8),
            SkyProjection.AllSky(AllSkyProjection.Mollweide, 100, 89.9999).XDeg, 1e-6);
    }

    [Fact]
    public void The_far_half_of_the_sky_is_not_on_the_tangent_plane() =>
        Assert.True(double.IsNaN(SkyProjection.Tangent(0, 0, 180, 0).XiDeg));

    [Theory]
    [InlineData(359, 1, -2)]
    [InlineData(1, 359, 2)]
    [InlineData(0, 180, 180)]
    [InlineData(725, 0, 5)]
    public void Offsets_wrap_at_180_degrees(double raDeg, double centreRaDeg,
        double offsetDeg) => Assert.Equal(offsetDeg, SkyProjection.OffsetDeg(raDeg, centreRaDeg), 9);

    private static Dictionary<(string Code, double RaDeg, double DecDeg), double[]> Wcslib()
    {
        (string Code, double RaDeg, double DecDeg)[] maps = [("MOL", 0, 0), ("AIT", 0, 0), ("TAN", 0, 90), ("TAN", 359.9, -45),
            ("TAN", 10, 20)];
        using TemporaryFolder folder = new();
        Arrays.Write(folder["positions"], Positions.SelectMany(p => new[] { p.Offset, p.Latitude }).ToArray());
        string[] printed = Python.Run("""
            import sys, numpy as np
            from astropy.wcs import WCS
            path, *maps = sys.argv[1:]
            for code, ra, dec in (m.split() for m in maps):
                w = WCS(naxis=2)
                w.wcs.ctype = ['RA---' + code, 'DEC--' + code]
                w.wcs.lonpole = 180 if code == 'TAN' else 0 # at the pole itself wcslib would turn the map by half a circle
                w.wcs.crval, w.wcs.crpix, w.wcs.cdelt = [float(ra), float(dec)], [0, 0], [1, 1]
                print(*w.wcs_world2pix(np.fromfile(path, '<f8').reshape(-1, 2), 0).ravel() + 1)
            """, [folder["positions"],
                .. maps.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Code} {m.RaDeg} {m.DecDeg}"))]).Trim().Split('\n');
        return maps.Zip(printed).ToDictionary(p => p.First,
            p => p.Second.Split().Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray());
    }
}
