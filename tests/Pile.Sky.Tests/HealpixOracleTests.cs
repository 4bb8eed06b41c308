namespace Pile.Sky.Tests;

public class HealpixOracleTests(HealpyVectors healpy)
{
    [Theory] // Sgr A*, M87, M31; expected pixels from astropy-healpix, order="nested"
    [InlineData(266.41683, -29.00781, 10, 7380516)]
    [InlineData(187.70593, 12.39112, 29, 1953854728243268183)]
    [InlineData(10.68471, 41.26875, 12, 11096330)]
    public void Agrees_with_astropy_healpix(double raDeg, double decDeg, int order, long pixel) =>
        Assert.Equal(new HealpixPixel(order, pixel), HealpixPixel.FromRaDec(raDeg, decDeg, order));

    [Fact]
    public void Vectorized_method_agrees_with_healpy_on_a_million_positions_and_on_edge_cases()
    {
        long[] ours = new long[healpy.RaDeg.Length];
        Healpix.AngToPix(29, healpy.RaDeg, healpy.DecDeg, ours);
        AssertSamePixels(healpy.Pixels(29), ours);
    }

    [Fact]
    public void Scalar_method_agrees_with_healpy_on_a_million_positions_and_on_edge_cases()
    {
        long[] ours = new long[healpy.RaDeg.Length];
        Healpix.AngToPixOneByOne(29, healpy.RaDeg, healpy.DecDeg, ours, 0, ours.Length);
        AssertSamePixels(healpy.Pixels(29), ours);
    }

    [Fact]
    public void Every_order_agrees_with_healpy()
    {
        for (int order = 0; order < Healpix.MaxOrder; order++)
        {
            long[] theirs = healpy.Pixels(order), ours = new long[theirs.Length];
            Healpix.AngToPix(order, healpy.RaDeg.AsSpan(0, ours.Length), healpy.DecDeg.AsSpan(0, ours.Length), ours);
            AssertSamePixels(theirs, ours);
        }
    }

    [Fact]
    public void Centres_agree_with_healpy_to_the_last_bit()
    {
        for (int order = 0; order <= Healpix.MaxOrder; order++)
        {
            (long[] pixels, double[] theirRaDeg, double[] theirDecDeg) = healpy.Centres(order);
            double[] raDeg = new double[pixels.Length], decDeg = new double[pixels.Length];
            Healpix.PixToAng(order, pixels, raDeg, decDeg);
            Assert.Equal(theirRaDeg, raDeg);
            Assert.Equal(theirDecDeg, decDeg);
            Assert.Equal((raDeg[0], decDeg[0]), Healpix.PixToAng(order, pixels[0]));
        }
    }

    [Fact]
    public void Neighbours_agree_with_healpy()
    {
        for (int order = 0; order <= Healpix.MaxOrder; order++)
        {
            long[] pixels = healpy.Centres(order).Pixels, theirs = healpy.Neighbours(order), ours = new long[theirs.Length];
            for (int i = 0; i < pixels.Length; i++)
                Healpix.Neighbours(order, pixels[i], ours.AsSpan(8 * i, 8));
            Assert.Equal(theirs, ours);
        }
    }

    [Fact]
    public void Cone_cover_is_between_the_finer_and_the_coarser_result_of_healpy()
    {
        foreach (HealpyDisc disc in healpy.Discs())
        {
            HealpixRanges ours = Healpix.CoverConeInclusive(disc.RaDeg, disc.DecDeg, disc.RadiusDeg, disc.Order);
            string where = $"{disc.RaDeg} {disc.DecDeg} radius {disc.RadiusDeg} order {disc.Order}";
            Assert.True(disc.Exclusive.All(ours.Contains), $"{where}: a pixel whose centre is inside is missing");
            Assert.True(disc.InclusiveFact16.All(ours.Contains), $"{where}: a pixel is missing");
            Assert.True(ours.Pixels().ToHashSet().IsSubsetOf(disc.InclusiveFact4), $"{where}: more pixels than healpy's default");
        }
    }

    [Fact]
    public void Pixel_contains_the_position_where_healpy_is_wrong()
    {
        int exceptions = 0;
        for (int i = 0; i < healpy.RaDeg.Length; i++)
            if (HealpyIsWrong(healpy.RaDeg[i], healpy.DecDeg[i]))
            {
                (double raDeg, double decDeg) = Healpix.PixToAng(29, Healpix.AngToPix(29, healpy.RaDeg[i], healpy.DecDeg[i]));
                Assert.InRange(Separation.Arcsec(healpy.RaDeg[i], healpy.DecDeg[i], raDeg, decDeg), 0, 0.001);
                exceptions++;
            }
        Assert.NotEqual(0, exceptions);
    }

    /// <summary>Returns whether healpy 1.16 is wrong at a position: the only case where Pile differs from it.</summary>
    /// <remarks>At the last number below RA 360, where the zones meet, 0.5 + 4 - 0.5 rounds up to 4, and healpy selects a face that is 58
    /// degrees away (north) or does not exist (south: its own pix2ang then reports "must not happen").</remarks>
    private static bool HealpyIsWrong(double raDeg, double decDeg) =>
        raDeg == Math.BitDecrement(360.0) && Math.Abs(Math.Abs(decDeg) - 41.8103148957786) < 1e-13;

    private void AssertSamePixels(long[] theirs, long[] ours)
    {
        for (int i = 0; i < theirs.Length; i++)
            if (theirs[i] != ours[i] && !HealpyIsWrong(healpy.RaDeg[i], healpy.DecDeg[i]))
                Assert.Fail($"Position {i} ({healpy.RaDeg[i]:R}, {healpy.DecDeg[i]:R}): healpy has {theirs[i]}, Pile {ours[i]}.");
    }
}
