namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>Returns the RING number of a NESTED pixel. RING numbers count pixels
    /// from the north pole, ring by ring, eastward from right ascension 0.</summary>
    /// <param name="order">HEALPix order, 0 to 29; a RING map whose nside is not 2^order has no NESTED numbers.</param>
    /// <param name="pixel">NESTED pixel number, in [0, 12·4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public static long NestToRing(int order, long pixel)
    {
        CheckPixel(order, pixel);
        return RingOf(order, pixel);
    }

    /// <summary>Returns the NESTED number of a RING pixel.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="ringPixel">RING pixel number, in [0, 12·4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public static long RingToNest(int order, long ringPixel)
    {
        CheckPixel(order, ringPixel);
        return NestOf(order, ringPixel);
    }

    /// <summary>Converts NESTED to RING pixel numbers, element by element.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixels">NESTED pixel numbers, shape [n].</param>
    /// <param name="destination">Receives RING pixel numbers; shape [n] or longer; can be the input.</param>
    /// <exception cref="ArgumentException">The destination is shorter than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or a pixel is not valid.</exception>
    public static void NestToRing(int order, ReadOnlySpan<long> pixels, Span<long> destination)
    {
        CheckBulk(order, pixels, destination);
        for (int i = 0; i < pixels.Length; i++)
            destination[i] = NestToRing(order, pixels[i]);
    }

    /// <summary>Converts RING to NESTED pixel numbers, element by element.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="ringPixels">RING pixel numbers, shape [n].</param>
    /// <param name="destination">Receives NESTED pixel numbers; shape [n] or longer; can be the input.</param>
    /// <exception cref="ArgumentException">The destination is shorter than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or a pixel is not valid.</exception>
    public static void RingToNest(int order, ReadOnlySpan<long> ringPixels, Span<long> destination)
    {
        CheckBulk(order, ringPixels, destination);
        for (int i = 0; i < ringPixels.Length; i++)
            destination[i] = RingToNest(order, ringPixels[i]);
    }

    private static void CheckBulk(int order, ReadOnlySpan<long> pixels, Span<long> destination)
    {
        CheckOrder(order);
        if (destination.Length < pixels.Length)
            throw new ArgumentException($"Expected a destination of at least {pixels.Length}, found {destination.Length}.",
                nameof(destination));
    }

    /// <summary>Computes the ring and the position in the ring from face, x and y
    /// (Górski et al. 2005, §4). Rings are numbered from 1 at the north pole.</summary>
    private static long RingOf(int order, long pixel)
    {
        (int face, long x, long y) = Decompose(order, pixel);
        long nside = 1L << order, ring = ((face >> 2) + 2) * nside - x - y - 1;
        long fromPole = Math.Min(nside, Math.Min(ring, 4 * nside - ring)); // a quarter of the pixels in the ring
        // Eighths of a turn in units of 1/fromPole: centres are at odd numbers in rings
        // that start half a pixel east of 0, and at even numbers in the other rings.
        long eighths = (2 * (face & 3) - ((face >> 2) & 1) + 1) * fromPole + x - y;
        if (eighths < 0)
            eighths += 8 * fromPole;
        return FirstInRing(nside, ring) + eighths / 2;
    }

    private static long NestOf(int order, long ringPixel)
    {
        long nside = 1L << order, inCap = 2 * nside * (nside - 1), last = PixelCount(order) - 1;
        if (ringPixel < inCap)
        {
            long ring = CapRing(ringPixel);
            (long column, long inQuarter) = Math.DivRem(ringPixel - FirstInRing(nside, ring), ring);
            // x + y decreases by one from ring to ring, x - y increases by two from pixel to pixel.
            long sum = 2 * nside - 1 - ring, difference = 2 * inQuarter + 1 - ring;
            return Compose(order, column, (sum + difference) / 2, (sum - difference) / 2);
        }
        if (ringPixel > last - inCap)
        {
            long fromPole = CapRing(last - ringPixel), ring = 4 * nside - fromPole;
            (long column, long inQuarter) = Math.DivRem(ringPixel - FirstInRing(nside, ring), fromPole);
            long sum = fromPole - 1, difference = 2 * inQuarter + 1 - fromPole;
            return Compose(order, column + 8, (sum + difference) / 2, (sum - difference) / 2);
        }
        // Around the equator, edges are straight lines, numbered as in EquatorialPixel, here in integer pixels.
        (long rings, long inRing) = Math.DivRem(ringPixel - inCap, 4 * nside);
        long eighths = 2 * inRing + 1 - (rings & 1);
        long falling = (eighths + rings) >> 1, rising = (eighths - rings + 2 * nside) >> 1;
        long fallingFace = falling >> order, risingFace = rising >> order;
        long face = ((fallingFace - risingFace + 1) << 2) | (Math.Min(fallingFace, risingFace) & 3);
        return Compose(order, face, rising & (nside - 1), ~falling & (nside - 1));
    }

    /// <summary>Returns the first pixel of a ring: ring r of a cap has 4r pixels, a ring between the caps has 4 nside.</summary>
    private static long FirstInRing(long nside, long ring) =>
        ring < nside ? 2 * ring * (ring - 1)
        : ring <= 3 * nside ? 2 * nside * (nside - 1) + (ring - nside) * 4 * nside
        : 12 * nside * nside - 2 * (4 * nside - ring) * (4 * nside - ring + 1);

    /// <summary>Returns the ring, from 1, of a pixel counted from the pole: the largest r for which 2r(r-1) is at most the pixel.</summary>
    private static long CapRing(long pixel)
    {
        long ring = (1 + (long)Math.Sqrt(1 + 2.0 * pixel)) / 2;
        while (2 * ring * (ring - 1) > pixel) // beyond 2^53, the root can be off by one
            ring--;
        while (2 * ring * (ring + 1) <= pixel)
            ring++;
        return ring;
    }
}
