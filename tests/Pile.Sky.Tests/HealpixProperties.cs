using FsCheck.Fluent;
using static Pile.Sky.Tests.SkyGenerators;

namespace Pile.Sky.Tests;

public class HealpixProperties
{
    [Fact]
    public void Child_is_inside_its_parent() => Check(Pixel.Where(p => p.Order < Healpix.MaxOrder), pixel =>
        pixel.Children.All(child => child.Parent == pixel && pixel.Contains(child) && !child.Contains(pixel)
            && HealpixPixel.FromRaDec(child.Centre.RaDeg, child.Centre.DecDeg, pixel.Order) == pixel));

    [Fact]
    public void Centre_is_in_its_pixel() => Check(Pixel, pixel =>
        HealpixPixel.FromRaDec(pixel.Centre.RaDeg, pixel.Centre.DecDeg, pixel.Order) == pixel);

    [Fact]
    public void Pixel_at_a_coarser_order_contains_the_position() => Check(
        from position in Position
        from order in Order
        select (position, order), c =>
        HealpixPixel.FromRaDec(c.position.RaDeg, c.position.DecDeg, Healpix.MaxOrder).AtOrder(c.order)
            == HealpixPixel.FromRaDec(c.position.RaDeg, c.position.DecDeg, c.order));

    [Fact]
    public void Range_at_order_29_contains_exactly_the_positions_of_the_pixel() => Check(
        from pixel in Pixel
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
    public void Bit_operations_in_software_agree_with_those_of_the_processor() => Check(Pixel, pixel =>
    {
        long x = BitInterleave.EvenInSoftware(pixel.Pixel), y = BitInterleave.EvenInSoftware(pixel.Pixel >> 1);
        return (BitInterleave.SpreadInSoftware(x) | (BitInterleave.SpreadInSoftware(y) << 1)) == pixel.Pixel
            && BitInterleave.Even(pixel.Pixel) == x && BitInterleave.Interleave(x, y) == pixel.Pixel;
    });

    [Fact]
    public void Base_face_has_no_parent_and_a_pixel_of_the_finest_order_no_children()
    {
        Assert.Throws<InvalidOperationException>(() => new HealpixPixel(0, 3).Parent);
        Assert.Throws<InvalidOperationException>(() => new HealpixPixel(29, 3).Children);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HealpixPixel(4, 3).AtOrder(5));
        Assert.Equal("4/3", new HealpixPixel(4, 3).ToString());
    }

    [Fact]
    public void Error_of_the_vector_sine_is_within_the_edge_tolerance()
    {
        for (int i = -200_000; i <= 200_000; i++)
        {
            double x = i * (Math.PI / 400_000);
            double ours = Healpix.SineOfDeclination(System.Runtime.Intrinsics.Vector512.Create(x))[0];
            Assert.True(Math.Abs(ours - Math.Sin(x)) < 5e-16, $"sin({x:R}) returned {ours:R}");
        }
    }
}
