namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>Returns the pixel one order coarser that contains this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or that of no pixel of the finest order.</exception>
    public static long Parent(long pixel)
    {
        CheckPixel(MaxOrder, pixel);
        return pixel >> 2;
    }

    /// <summary>Returns the four pixels one order finer that this one consists of.</summary>
    internal static HealpixRange Children(long pixel) => new(pixel << 2, (pixel + 1) << 2);

    /// <summary>Returns the pixel at a coarser (or the same) order that contains a pixel.</summary>
    /// <param name="pixel">Pixel number at <paramref name="fromOrder"/>.</param>
    /// <param name="fromOrder">Order of the pixel, 0 to 29.</param>
    /// <param name="toOrder">Order of the result, 0 to <paramref name="fromOrder"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order or the pixel is not valid, or the target order is finer.</exception>
    public static long AtOrder(long pixel, int fromOrder, int toOrder)
    {
        CheckPixel(fromOrder, pixel);
        CheckOrder(toOrder);
        if (toOrder > fromOrder)
            throw new ArgumentOutOfRangeException(nameof(toOrder), toOrder,
                $"Expected an order of at most {fromOrder}. Use RangeAtOrder for finer orders.");
        return pixel >> (2 * (fromOrder - toOrder));
    }

    /// <summary>Returns the pixels at a finer (or the same) order that a pixel consists of: always one contiguous range.</summary>
    /// <param name="pixel">Pixel number at <paramref name="fromOrder"/>.</param>
    /// <param name="fromOrder">Order of the pixel, 0 to 29.</param>
    /// <param name="toOrder">Order of the result, <paramref name="fromOrder"/> to 29.</param>
    /// <exception cref="ArgumentOutOfRangeException">An order or the pixel is not valid, or the target order is coarser.</exception>
    internal static HealpixRange RangeAtOrder(long pixel, int fromOrder, int toOrder)
    {
        CheckPixel(fromOrder, pixel);
        CheckOrder(toOrder);
        if (toOrder < fromOrder)
            throw new ArgumentOutOfRangeException(nameof(toOrder), toOrder,
                $"Expected an order of at least {fromOrder}. Use AtOrder for coarser orders.");
        int shift = 2 * (toOrder - fromOrder);
        return new HealpixRange(pixel << shift, (pixel + 1) << shift);
    }
}
