namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>The pixel one order coarser that holds this one.</summary>
    public static long Parent(long pixel) => pixel >> 2;

    /// <summary>The four pixels one order finer that make up this one.</summary>
    internal static HealpixRange Children(long pixel) => new(pixel << 2, (pixel + 1) << 2);

    /// <summary>The pixel at a coarser (or the same) order that holds a pixel.</summary>
    /// <param name="pixel">Pixel number at <paramref name="fromOrder"/>.</param>
    /// <param name="fromOrder">Order of the pixel, 0 to 29.</param>
    /// <param name="toOrder">Order of the result, 0 to <paramref name="fromOrder"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order or the pixel does not exist, or the target is finer: a finer order has many,
    /// see <see cref="RangeAtOrder"/>.</exception>
    public static long AtOrder(long pixel, int fromOrder, int toOrder)
    {
        CheckPixel(fromOrder, pixel);
        CheckOrder(toOrder);
        if (toOrder > fromOrder)
            throw new ArgumentOutOfRangeException(nameof(toOrder), toOrder,
                $"Expected an order up to {fromOrder}; a finer order holds a range of pixels: use RangeAtOrder.");
        return pixel >> (2 * (fromOrder - toOrder));
    }

    /// <summary>The pixels at a finer (or the same) order that make up a pixel: always one contiguous range.</summary>
    /// <param name="pixel">Pixel number at <paramref name="fromOrder"/>.</param>
    /// <param name="fromOrder">Order of the pixel, 0 to 29.</param>
    /// <param name="toOrder">Order of the result, <paramref name="fromOrder"/> to 29.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order or the pixel does not exist, or the target is coarser.</exception>
    internal static HealpixRange RangeAtOrder(long pixel, int fromOrder, int toOrder)
    {
        CheckPixel(fromOrder, pixel);
        CheckOrder(toOrder);
        if (toOrder < fromOrder)
            throw new ArgumentOutOfRangeException(nameof(toOrder), toOrder,
                $"Expected an order from {fromOrder}; a coarser order holds the pixel inside one of its own: use AtOrder.");
        int shift = 2 * (toOrder - fromOrder);
        return new HealpixRange(pixel << shift, (pixel + 1) << shift);
    }
}
