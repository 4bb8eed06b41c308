namespace Pile.Sky;

/// <summary>HEALPix in the NESTED scheme, orders 0 to 29: positions to pixels and back, hierarchy, neighbours, coverage.</summary>
/// <remarks>
/// Source: K. M. Górski et al., ApJ 622 (2005) 759, §4–5 and appendix. The azimuth is the right ascension, and the colatitude is 90° minus
/// the declination. Pixel numbers equal those of healpy, bit for bit, also for positions on the edges of pixels.
/// </remarks>
public static partial class Healpix
{
    /// <summary>The finest order: its 12·4²⁹ pixels of 0.4 milliarcseconds still fit into a signed 64-bit number.</summary>
    public const int MaxOrder = 29;

    internal const int FaceCount = 12;

    /// <summary>Returns the number of pixels along the side of a base face: 2 to the power of the order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not in [0, 29].</exception>
    public static long NsideOf(int order)
    {
        CheckOrder(order);
        return 1L << order;
    }

    /// <summary>Returns the number of pixels on the whole sky at an order: 12·4^order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not in [0, 29].</exception>
    public static long PixelCount(int order)
    {
        CheckOrder(order);
        return (long)FaceCount << (2 * order);
    }

    internal static void CheckOrder(int order)
    {
        if ((uint)order > MaxOrder)
            throw new ArgumentOutOfRangeException(nameof(order), order, $"Expected a HEALPix order from 0 to {MaxOrder}.");
    }

    internal static void CheckPixel(int order, long pixel)
    {
        CheckOrder(order);
        if ((ulong)pixel >= (ulong)FaceCount << (2 * order))
            throw new ArgumentOutOfRangeException(nameof(pixel), pixel,
                $"Expected a pixel from 0 to {PixelCount(order) - 1} at order {order}.");
    }

    /// <summary>Composes a NESTED pixel number: the base face above the interleaved
    /// bits of x (toward north-east) and y (toward north-west).</summary>
    private static long Compose(int order, long face, long x, long y) => (face << (2 * order)) | BitInterleave.Interleave(x, y);

    private static (int Face, long X, long Y) Decompose(int order, long pixel)
    {
        long inFace = pixel & ((1L << (2 * order)) - 1);
        return ((int)(pixel >> (2 * order)), BitInterleave.Even(inFace), BitInterleave.Even(inFace >> 1));
    }
}
