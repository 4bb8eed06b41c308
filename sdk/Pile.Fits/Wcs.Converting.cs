using Pile.Fits.Native;

namespace Pile.Fits;

internal sealed partial class Wcs
{
    private const int BatchSize = 256;

    // Buffers of every conversion, allocated once.
    private readonly double[] input = new double[2 * BatchSize];
    private readonly double[] output = new double[2 * BatchSize];
    private readonly double[] intermediate = new double[2 * BatchSize];
    private readonly double[] angles = new double[2 * BatchSize];
    private readonly int[] statuses = new int[BatchSize];

    /// <summary>Converts pixels to positions on the sky.</summary>
    /// <param name="x">Columns, from 0 at the centre of the first pixel; shape [n].</param>
    /// <param name="y">Rows, from 0 at the centre of the first pixel; shape [n].</param>
    /// <param name="longitudeDeg">Receives longitudes (right ascensions, if <see cref="Frame"/> is equatorial), degrees in [0, 360); shape
    /// [n].</param>
    /// <param name="latitudeDeg">Receives latitudes, degrees; shape [n].</param>
    /// <remarks>The result for a pixel outside the sky is NaN.</remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="FitsException">wcslib reports an error.</exception>
    internal void PixelToSky(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> longitudeDeg, Span<double> latitudeDeg)
    {
        int n = CheckLengths(x, y, longitudeDeg, latitudeDeg);
        bool isLatitudeFirst = keywords.LatitudeAxis < keywords.LongitudeAxis;
        for (int start = 0; start < n; start += BatchSize)
        {
            int count = Math.Min(BatchSize, n - start);
            for (int i = 0; i < count; i++)
                (input[2 * i], input[(2 * i) + 1]) = (x[start + i] + 1, y[start + i] + 1);
            Convert(count, toSky: true);
            for (int i = 0; i < count; i++)
            {
                (double first, double second) = Result(i);
                (longitudeDeg[start + i], latitudeDeg[start + i]) = isLatitudeFirst ? (second, first) : (first, second);
            }
        }
    }

    /// <summary>Converts positions on the sky to pixels.</summary>
    /// <param name="longitudeDeg">Longitudes in <see cref="Frame"/>, degrees; shape [n].</param>
    /// <param name="latitudeDeg">Latitudes, degrees; shape [n].</param>
    /// <param name="x">Receives columns, from 0 at the centre of the first pixel, also outside the image; shape [n].</param>
    /// <param name="y">Receives rows, likewise; shape [n].</param>
    /// <remarks>The result for a position that the projection cannot represent is NaN.</remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="FitsException">wcslib reports an error.</exception>
    internal void SkyToPixel(ReadOnlySpan<double> longitudeDeg, ReadOnlySpan<double> latitudeDeg, Span<double> x, Span<double> y)
    {
        int n = CheckLengths(longitudeDeg, latitudeDeg, x, y);
        bool isLatitudeFirst = keywords.LatitudeAxis < keywords.LongitudeAxis;
        for (int start = 0; start < n; start += BatchSize)
        {
            int count = Math.Min(BatchSize, n - start);
            for (int i = 0; i < count; i++)
            {
                (double longitude, double latitude) = (longitudeDeg[start + i], latitudeDeg[start + i]);
                (input[2 * i], input[(2 * i) + 1]) = isLatitudeFirst ? (latitude, longitude) : (longitude, latitude);
            }
            Convert(count, toSky: false);
            for (int i = 0; i < count; i++)
            {
                (double first, double second) = Result(i);
                (x[start + i], y[start + i]) = (first - 1, second - 1);
            }
        }
    }

    /// <summary>Converts one pixel.</summary>
    internal (double LongitudeDeg, double LatitudeDeg) PixelToSky(double x, double y)
    {
        double longitude = 0, latitude = 0;
        PixelToSky([x], [y], new(ref longitude), new(ref latitude));
        return (longitude, latitude);
    }

    /// <summary>Converts one position.</summary>
    internal (double X, double Y) SkyToPixel(double longitudeDeg, double latitudeDeg)
    {
        double x = 0, y = 0;
        SkyToPixel([longitudeDeg], [latitudeDeg], new(ref x), new(ref y));
        return (x, y);
    }

    /// <summary>Measures pixel scale and directions at a pixel from positions half a pixel around it, including distortions.</summary>
    /// <param name="x">Column, from 0.</param>
    /// <param name="y">Row, from 0.</param>
    /// <exception cref="FitsException">The pixel, or the points on both sides of it, are outside the sky.</exception>
    internal WcsGeometry GeometryAt(double x, double y)
    {
        (double eastX, double eastY, double northX, double northY) = JacobianAt(x, y);
        double det = (eastX * northY) - (eastY * northX);

        // The pixel direction of north is J⁻¹·(0, 1), of east J⁻¹·(1, 0); an angle from +y towards -x is atan2(-dx, dy).
        double sign = Math.Sign(det);
        double northAngle = Math.Atan2(sign * eastY, sign * eastX), eastAngle = Math.Atan2(-sign * northY, -sign * northX);
        return new(Math.Sqrt(Math.Abs(det)), double.RadiansToDegrees(northAngle), double.RadiansToDegrees(eastAngle), det < 0);
    }

    /// <summary>Measures the local Jacobian: the offset to the east and north in arcseconds for a step of one pixel along x and along y,
    /// from positions half a pixel around.</summary>
    /// <param name="x">Column, from 0.</param>
    /// <param name="y">Row, from 0.</param>
    /// <exception cref="FitsException">The pixel, or the points on both sides of it, are outside the sky.</exception>
    internal (double EastX, double EastY, double NorthX, double NorthY) JacobianAt(double x, double y)
    {
        Span<double> longitude = stackalloc double[5];
        Span<double> latitude = stackalloc double[5];
        PixelToSky([x, x - 0.5, x + 0.5, x, x], [y, y, y, y - 0.5, y + 0.5], longitude, latitude);
        (double sinLon, double cosLon) = Math.SinCos(double.DegreesToRadians(longitude[0]));
        (double sinLat, double cosLat) = Math.SinCos(double.DegreesToRadians(latitude[0]));
        Span<double> east = stackalloc double[5];
        Span<double> north = stackalloc double[5];
        for (int i = 1; i < 5; i++)
        {
            (double s, double c) = Math.SinCos(double.DegreesToRadians(longitude[i]));
            (double sz, double cz) = Math.SinCos(double.DegreesToRadians(latitude[i]));
            east[i] = double.RadiansToDegrees(cz * ((s * cosLon) - (c * sinLon))) * 3600;
            north[i] = double.RadiansToDegrees((sz * cosLat) - (cz * sinLat * ((c * cosLon) + (s * sinLon)))) * 3600;
        }
        double eastX = Across(east[1], east[2]), eastY = Across(east[3], east[4]), northX = Across(north[1], north[2]),
            northY = Across(north[3], north[4]);
        double det = (eastX * northY) - (eastY * northX);
        return double.IsFinite(det) && det != 0 ? (eastX, eastY, northX, northY)
            : throw new FitsException(header.Path, header.Hdu,
                $"pixel ({x}, {y}) is outside the sky, or at a singular point of its projection.");

        // The offset over one pixel. Beside the border of a map of the whole sky, one side is outside of the sky.
        static double Across(double before, double after) =>
            double.IsNaN(before) ? 2 * after : double.IsNaN(after) ? -2 * before : after - before;
    }

    private static int CheckLengths(ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c, ReadOnlySpan<double> d) =>
        a.Length == b.Length && c.Length >= a.Length && d.Length >= a.Length
            ? a.Length
            : throw new ArgumentException(
                $"Expected two inputs of equal length and destinations of at least that length, found {a.Length}, {b.Length}, {c.Length} "
                    + $"and {d.Length}.");

    private (double First, double Second) Result(int i) =>
        statuses[i] != 0 || double.IsNaN(input[2 * i]) || double.IsNaN(input[(2 * i) + 1]) ? (double.NaN, double.NaN)
            : (output[2 * i], output[(2 * i) + 1]);

    private unsafe void Convert(int count, bool toSky)
    {
        Array.Clear(statuses);
        int status;
        fixed (double* source = input, result = output, projected = intermediate, phi = angles, theta = &angles[BatchSize])
        fixed (int* found = statuses)
            status = toSky
                ? WcsNative.PixelToWorld(handle, count, 2, source, projected, phi, theta, result, found)
                : WcsNative.WorldToPixel(handle, count, 2, source, phi, theta, projected, result, found);
        if (status is not (0 or WcsNative.InvalidPixel or WcsNative.InvalidWorld))
            Check(header, status, toSky ? "cannot convert pixels" : "cannot convert positions", handle);
    }
}
