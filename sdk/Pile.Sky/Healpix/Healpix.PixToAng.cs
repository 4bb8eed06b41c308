namespace Pile.Sky;

public static partial class Healpix
{
    /// <summary>Finds the centre of a NESTED pixel.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixel">Pixel number, in [0, 12·4^order).</param>
    /// <returns>ICRS right ascension in [0, 360) and declination in (-90, 90), degrees.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public static (double RaDeg, double DecDeg) PixToAng(int order, long pixel)
    {
        CheckPixel(order, pixel);
        return CentreOf(order, pixel);
    }

    /// <summary>Finds the centres of NESTED pixels, element by element.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixels">Pixel numbers, shape [n].</param>
    /// <param name="raDeg">Receives right ascensions in [0, 360): ICRS degrees, shape [n] or longer.</param>
    /// <param name="decDeg">Receives declinations in (-90, 90): ICRS degrees, shape [n] or longer.</param>
    /// <exception cref="ArgumentException">A destination is shorter than the input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is not in [0, 29], or
    /// a pixel is not valid: the message contains its index and value.</exception>
    public static void PixToAng(int order, ReadOnlySpan<long> pixels, Span<double> raDeg, Span<double> decDeg)
    {
        CheckOrder(order);
        if (raDeg.Length < pixels.Length || decDeg.Length < pixels.Length)
            throw new ArgumentException($"Expected two destinations of at least {pixels.Length}, found {raDeg.Length} and "
                + $"{decDeg.Length}.");

        ulong count = (ulong)PixelCount(order);
        for (int i = 0; i < pixels.Length; i++)
        {
            if ((ulong)pixels[i] >= count)
                throw new ArgumentOutOfRangeException(nameof(pixels), pixels[i],
                    $"pixels[{i}] = {pixels[i]}: expected a pixel from 0 to {count - 1} at order {order}.");
            (raDeg[i], decDeg[i]) = CentreOf(order, pixels[i]);
        }
    }

    /// <summary>Computes the ring and the position on it from face, x and y (Górski et al. 2005, §4).</summary>
    private static (double RaDeg, double DecDeg) CentreOf(int order, long pixel)
    {
        (int face, long x, long y) = Decompose(order, pixel);
        long nside = 1L << order;
        long row = face >> 2;
        long ring = (row + 2) * nside - x - y - 1;
        double perPixelArea = 4.0 / PixelCount(order); // 1 / (3 nside²)
        double perRing = 2 * nside * perPixelArea;     // 2 / (3 nside): the step in z from ring to ring around the equator

        long ringFromPole = ring < nside ? ring : ring > 3 * nside ? 4 * nside - ring : nside;
        double colatitudeRad;
        if (ringFromPole == nside)
            colatitudeRad = Math.Acos((2 * nside - ring) * perRing);
        else
        {
            double depth = ringFromPole * ringFromPole * perPixelArea; // 1 - |z|
            double z = ring < nside ? 1.0 - depth : depth - 1.0;
            colatitudeRad = 1.0 - depth > PoleZ ? Math.Atan2(Math.Sqrt(depth * (2.0 - depth)), z) : Math.Acos(z);
        }

        // Eighths of a turn from the zero meridian, in units of 1/ringFromPole: the face's centre, then the pixel's offset in the face.
        long eighths = (2 * (face & 3) - (row & 1) + 1) * ringFromPole + x - y;
        if (eighths < 0)
            eighths += 8 * ringFromPole;
        double azimuthRad = ringFromPole == nside ? 0.75 * (Math.PI / 2.0) * eighths * perRing : Math.PI / 4.0 * eighths / ringFromPole;
        return (azimuthRad * AngleUnits.DegPerRad, 90.0 - colatitudeRad * AngleUnits.DegPerRad);
    }
}
