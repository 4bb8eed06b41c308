using FsCheck.Fluent;
using static Pile.Sky.Tests.SkyGenerators;

namespace Pile.Sky.Tests;

public class HealpixProperties
{
    [Fact]
    public void Child_lies_inside_its_parent() => Check(Pixel.Where(p => p.Order < Healpix.MaxOrder), pixel =>
        pixel.Children.All(child => child.Parent == pixel && pixel.Contains(child) && !child.Contains(pixel)
            && HealpixPixel.FromRaDec(child.Centre.RaDeg, child.Centre.DecDeg, pixel.Order) == pixel));

    [Fact]
    public void Centre_lies_in_its_pixel() => Check(Pixel, pixel =>
        HealpixPixel.FromRaDec(pixel.Centre.RaDeg, pixel.Centre.DecDeg, pixel.Order) == pixel);

    [Fact]
    public void Pixel_at_a_coarser_order_holds_the_position() => Check(from position in Position
                                                                       from order in Order
                                                                       select (position, order), c =>
                                                                       HealpixPixel.FromRaDec(c.position.RaDeg, c.position.DecDeg, Healpix.MaxOrder).AtOrder(c.order)
                                                                           == HealpixPixel.FromRaDec(c.position.RaDeg, c.position.DecDeg, c.order));

    [Fact]
    public void Range_at_order_29_holds_the_positions_of_the_pixel_and_no_others() => Check(from pixel in Pixel
                                                                                            from position in Position
                                                                                            select (pixel, position), c =>
                                                                                            c.pixel.RangeAtOrder29.Contains(Healpix.AngToPix(Healpix.MaxOrder, c.position.RaDeg, c.position.DecDeg))
                                                                                                == (HealpixPixel.FromRaDec(c.position.RaDeg, c.position.DecDeg, c.pixel.Order) == c.pixel));

    [Fact]
    public void Neighbours_are_mutual() => Check(Pixel, pixel =>
    {
        long[] around = new long[8], back = new long[8];
        Healpix.Neighbours(pixel.Order, pixel.Pixel, around);
        return around.Where(n => n >= 0).All(n =>
        {
            Healpix.Neighbours(pixel.Order, n, back);
            return back.Contains(pixel.Pixel);
        });
    });

    [Fact]
    public void Software_bits_equal_the_machine_s() => Check(Pixel, pixel =>
    {
        long x = BitInterleave.EvenInSoftware(pixel.Pixel), y = BitInterleave.EvenInSoftware(pixel.Pixel >> 1);
        return (BitInterleave.SpreadInSoftware(x) | (BitInterleave.SpreadInSoftware(y) << 1)) == pixel.Pixel
            && BitInterleave.Even(pixel.Pixel) == x && BitInterleave.Interleave(x, y) == pixel.Pixel;
    });

    [Fact]
    public void Base_face_has_no_parent_and_the_finest_pixel_no_children()
    {
        Assert.Throws<InvalidOperationException>(() => new HealpixPixel(0, 3).Parent);
        Assert.Throws<InvalidOperationException>(() => new HealpixPixel(29, 3).Children);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HealpixPixel(4, 3).AtOrder(5));
        Assert.Equal("4/3", new HealpixPixel(4, 3).ToString());
    }

    [Fact]
    public void Vector_sine_is_within_the_error_that_the_edge_tolerance_allows_for()
    {
        for (int i = -200_000; i <= 200_000; i++)
        {
            double x = i * (Math.PI / 400_000);
            double ours = Healpix.SineOfDeclination(System.Runtime.Intrinsics.Vector512.Create(x))[0];
            Assert.True(Math.Abs(ours - Math.Sin(x)) < 5e-16, $"sin({x:R}) came out as {ours:R}");
        }
    }
}
