using Pile.TestKit;

namespace Pile.Drawing.Tests;

public class LuptonRgbTests
{
    private const int Width = 40;
    private const int Height = 30;
    private static readonly float[] Red = Arrays.Field(1, Width, Height, 3000, 10);
    private static readonly float[] Green = Arrays.Field(2, Width, Height, 900, 5);
    private static readonly float[] Blue = Arrays.Field(3, Width, Height, 200, -1);

    [Fact]
    public void Values_agree_with_astropy_within_one_count()
    {
        LuptonStretch[] stretches = [new(0, 0, 0, 5, 8), new(10, 5, -1, 20, 8), new(10, 5, -1, 300, 0), new(9, 9, 9, 2, 25),
            new(12, 4, 0, 1000, 0.5)];
        using TemporaryFolder folder = new();
        Arrays.Write(folder["r"], Red);
        Arrays.Write(folder["g"], Green);
        Arrays.Write(folder["b"], Blue);
        Arrays.Write(folder["stretches"],
            stretches.SelectMany(s => new[] { s.MinimumRed, s.MinimumGreen, s.MinimumBlue, s.Stretch, s.Q }).ToArray());
        string[] theirs = Python.Run("""
            import sys, numpy as np
            from astropy.visualization import make_lupton_rgb
            d = sys.argv[1]
            r, g, b = (np.fromfile(f'{d}/{c}', '<f4').reshape(30, 40) for c in 'rgb')
            for p in np.fromfile(f'{d}/stretches', '<f8').reshape(-1, 5):
                print(make_lupton_rgb(r, g, b, minimum=list(p[:3]), stretch=p[3], Q=p[4])[::-1].tobytes().hex())
            """, folder.Path).Trim().Split('\n');

        Assert.Equal(stretches.Length, theirs.Length);
        for (int i = 0; i < stretches.Length; i++)
        {
            byte[] expected = Convert.FromHexString(theirs[i]), ours = Render(Red, Green, Blue, stretches[i], RowOrder.BottomUp);
            Assert.Equal(expected.Length, ours.Length);
            Assert.InRange(expected.Zip(ours, (a, b) => Math.Abs(a - b)).Max(), 0, 1);
            Assert.True(expected.Max() > 40);
        }
    }

    [Fact]
    public void Bright_and_faint_sources_have_the_same_colour()
    {
        byte[] rgb = Render([10, 1000, 100_000], [6, 600, 60_000], [3, 300, 30_000], new(0, 5, 8), RowOrder.TopDown, 3);
        foreach (int pixel in new[] { 0, 3, 6 })
            Assert.Equal(0.6, rgb[pixel + 1] / (double)rgb[pixel], 0.02);
        Assert.Equal(255, rgb[6]);
    }

    [Fact]
    public void FITS_rows_are_reversed_and_others_are_not()
    {
        float[] plane = [1000, 1000, 0, 0]; // row 0 bright
        Assert.Equal([0, 0, 255, 255], Render(plane, plane, plane, new(0, 5, 8), RowOrder.BottomUp, 2).Where((_, i) => i % 3 == 0));
        Assert.Equal([255, 255, 0, 0], Render(plane, plane, plane, new(0, 5, 8), RowOrder.TopDown, 2).Where((_, i) => i % 3 == 0));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_pixel_without_data_in_one_band_is_gray(float missing)
    {
        byte[] rgb = Render([5, 5], [5, missing], [5, 5], new(0, 5, 8), RowOrder.TopDown, 2);
        Assert.Equal([LuptonRgb.NoData, LuptonRgb.NoData, LuptonRgb.NoData], rgb[3..]);
        Assert.NotEqual(LuptonRgb.NoData, rgb[0]);
    }

    [Fact]
    public void The_automatic_stretch_follows_the_sky_not_the_source()
    {
        LuptonStretch stretch = LuptonStretch.FromSky(Arrays.Field(1, 120, 100, 3000, 10), Arrays.Field(77, 120, 100, 900, 5),
            Arrays.Field(4242, 120, 100, 200, -1));
        Assert.Equal(10, stretch.MinimumRed, 0.1);
        Assert.Equal(5, stretch.MinimumGreen, 0.1);
        Assert.Equal(-1, stretch.MinimumBlue, 0.1);
        Assert.Equal(20 / Math.Sqrt(3), stretch.Stretch, 0.6); // the mean of three bands has σ = 1/√3
    }

    [Fact]
    public void Images_without_noise_or_without_data_still_have_a_stretch()
    {
        Assert.Equal(2, LuptonStretch.FromSky([0, 0, 0, 0, 600], new float[5], new float[5]).Stretch, 6);
        Assert.Equal(1, LuptonStretch.FromSky(new float[4], new float[4], new float[4]).Stretch);
        float[] none = [float.NaN, float.NaN];
        Assert.Equal(1, LuptonStretch.FromSky(none, none, none).Stretch);
    }

    [Fact]
    public void Bands_of_different_shape_and_a_stretch_of_zero_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Render(new float[4], new float[4], new float[2], new(0, 5, 8), RowOrder.TopDown, 2));
        Assert.Throws<ArgumentException>(() => Render(new float[4], new float[4], new float[4], new(0, 0, 8), RowOrder.TopDown, 2));
    }

    private static byte[] Render(float[] red, float[] green, float[] blue, LuptonStretch stretch, RowOrder rows, int width = Width)
    {
        var rgb = new byte[red.Length * 3];
        LuptonRgb.Render(red, green, blue, width, stretch, rows, rgb);
        return rgb;
    }
}
