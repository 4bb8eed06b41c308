using System.Globalization;
using Pile.TestKit;

namespace Pile.Drawing.Tests;

public class GrayStretchTests
{
    [Fact]
    public void Values_agree_with_astropy_within_one_count()
    {
        float[] plane = Arrays.Field(4, 30, 20, 800, 100);
        using TemporaryFolder folder = new();
        Arrays.Write(folder["plane"], plane);
        string[] theirs = Python.Run("""
            import sys, numpy as np
            from astropy.visualization import AsinhStretch, LinearStretch, LogStretch, ManualInterval
            t = ManualInterval(98, 700)(np.fromfile(sys.argv[1], '<f4'))
            for curve in AsinhStretch(0.1), LinearStretch(), LogStretch(1000):
                print(np.round(255 * curve(t)).astype('u1').tobytes().hex())
            """, folder["plane"]).Trim().Split('\n');

        StretchCurve[] curves = [StretchCurve.Asinh, StretchCurve.Linear, StretchCurve.Log];
        foreach ((StretchCurve curve, string expected) in curves.Zip(theirs))
        {
            var gray = new byte[plane.Length];
            new GrayStretch(curve, 98, 700).Render(plane, 30, RowOrder.TopDown, gray);
            Assert.InRange(Convert.FromHexString(expected).Zip(gray, (a, b) => Math.Abs(a - b)).Max(), 0, 1);
        }
    }

    [Fact]
    public void Sky_level_agrees_with_astropy_sigma_clipping()
    {
        float[] plane = [.. Arrays.Field(5, 60, 50, 5000, 42), float.NaN, float.PositiveInfinity];
        SkyLevel sky = SkyLevel.Of(plane);

        using TemporaryFolder folder = new();
        Arrays.Write(folder["plane"], plane);
        double[] expected = [.. Python.Run("""
            import sys, numpy as np
            from astropy.stats import sigma_clip, mad_std
            v = np.fromfile(sys.argv[1], '<f4').astype(float)
            v = v[np.isfinite(v)]
            kept = sigma_clip(v, sigma=3, maxiters=None, cenfunc='median', stdfunc='mad_std', masked=False)
            print(np.median(kept), mad_std(kept))
            """, folder["plane"]).Trim().Split().Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        Assert.Equal(expected[0], sky.Median, 0.01);
        Assert.Equal(expected[1], sky.Sigma, 0.01);
    }

    [Fact]
    public void No_data_is_gray_and_FITS_rows_are_reversed()
    {
        var gray = new byte[4];
        new GrayStretch(StretchCurve.Linear, 0, 255).Render([1, 2, float.NaN, 4], 2, RowOrder.BottomUp, gray);
        Assert.Equal([LuptonRgb.NoData, 4, 1, 2], gray);
    }

    [Fact]
    public void Automatic_limits_keep_an_empty_field_dark()
    {
        float[] plane = Arrays.Field(6, 50, 50, 0, 0);
        var gray = new byte[plane.Length];
        GrayStretch.FromSky(plane, StretchCurve.Linear).Render(plane, 50, RowOrder.TopDown, gray);
        Assert.InRange(gray.Average(b => b), 15, 45);
    }

    [Fact]
    public void A_constant_plane_can_be_drawn() => GrayStretch.FromSky(new float[4]).Render(new float[4], 2, RowOrder.TopDown, new byte[4]);
}
