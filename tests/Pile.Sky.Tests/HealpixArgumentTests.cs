namespace Pile.Sky.Tests;

public class HealpixArgumentTests
{
    [Theory]
    [InlineData(double.NaN, 0.0, "raDeg")]
    [InlineData(double.PositiveInfinity, 0.0, "raDeg")]
    [InlineData(0.0, double.NaN, "decDeg")]
    [InlineData(0.0, 90.00000000000003, "decDeg")]
    [InlineData(0.0, -90.00000000000003, "decDeg")]
    [InlineData(0.0, double.NegativeInfinity, "decDeg")]
    public void Invalid_position_is_reported_with_its_index_and_value(double raDeg, double decDeg, string name)
    {
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.AngToPix(5, raDeg, decDeg)).ParamName);
        foreach (int index in (int[])[0, 3, 7, 8, 15, 16, 18])
        {
            double[] ra = new double[19], dec = new double[19];
            (ra[index], dec[index]) = (raDeg, decDeg);
            ArgumentOutOfRangeException error =
                Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.AngToPix(5, ra, dec, new long[19]));
            Assert.Equal(name, error.ParamName);
            Assert.Contains($"{name}[{index}] = {(name == "raDeg" ? raDeg : decDeg)}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30)]
    public void Order_outside_0_to_29_is_rejected(int order)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.NsideOf(order));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.PixelCount(order));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.AngToPix(order, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.PixToAng(order, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverConeInclusive(0, 0, 1, order));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HealpixPixel(order, 0));
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(0, -1)]
    [InlineData(29, 12L << 58)]
    public void Pixel_outside_the_sky_is_rejected(int order, long pixel)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HealpixPixel(order, pixel));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.PixToAng(order, pixel));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.PixToAng(order, [pixel], new double[1], new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Neighbours(order, pixel, new long[8]));
    }

    [Fact]
    public void Spans_of_different_lengths_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Healpix.AngToPix(3, new double[2], new double[3], new long[3]));
        Assert.Throws<ArgumentException>(() => Healpix.AngToPix(3, new double[3], new double[3], new long[2]));
        Assert.Throws<ArgumentException>(() => Healpix.PixToAng(3, new long[3], new double[3], new double[2]));
        Assert.Throws<ArgumentException>(() => Healpix.Neighbours(3, 0, new long[7]));
        Assert.Throws<ArgumentException>(() => Separation.Arcsec(new double[2], new double[2], new double[2], new double[2],
            new double[1]));
    }

    [Fact]
    public void Invalid_regions_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverConeInclusive(0, 0, -1e-9, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverConeInclusive(0, 0, double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverConeInclusive(0, 91, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverBoxInclusive(0, 10, 1, 9, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.CoverBoxInclusive(double.NaN, 0, 1, 9, 3));
    }
}
