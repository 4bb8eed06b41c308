using Pile.Drawing;
using Pile.Format;
using Pile.Proj;

namespace Pile.Plotting;

/// <summary>North, east and scale in the middle of a chip, by its transform and its coordinate reference system.</summary>
/// <param name="North">The direction of north in pixels.</param>
/// <param name="East">The direction of east.</param>
/// <param name="ScaleM">The length of a pixel along its row, on the ellipsoid of WGS84.</param>
internal sealed record ChipOrientation(PixelDirection North, PixelDirection East, double ScaleM)
{
    private const double LargestLatDeg = 89.999, SemiMajorAxisM = 6_378_137, Flattening = 1 / 298.257223563;

    /// <summary>Measures a chip.</summary>
    /// <param name="transform">The six numbers of the column <c>transform</c>, a to f of STAC; or none.</param>
    /// <param name="crs">The column <c>crs</c>; null if it is not known.</param>
    /// <param name="width">Columns of the chip.</param>
    /// <param name="height">Rows of the chip.</param>
    /// <returns>Null if the place is not known or a pole: the picture then has no arrows.</returns>
    /// <exception cref="NativeLibraryMissingException">libproj is not installed.</exception>
    internal static ChipOrientation? Of(double[] transform, string? crs, int width, int height)
    {
        if (transform is not [var a, var b, var c, var d, var e, var f] || string.IsNullOrEmpty(crs))
            return null;
        // The middle, and half a pixel to the left, to the right, above and below.
        double column = width / 2.0, row = height / 2.0;
        double[] x = new double[5], y = new double[5];
        (double, double)[] places = [(column, row), (column - 0.5, row), (column + 0.5, row), (column, row - 0.5), (column, row + 0.5)];
        for (int i = 0; i < places.Length; i++)
        {
            (double px, double py) = places[i];
            (x[i], y[i]) = ((a * px) + (b * py) + c, (d * px) + (e * py) + f);
        }
        try
        {
            using CrsTransform toLonLat = CrsTransform.ToLonLat(Crs.Parse(crs));
            toLonLat.Forward(x, y);
        }
        catch (CrsInvalidException)
        {
            return null;
        }
        (double columnEastM, double columnNorthM) = StepM(x, y, 1, 2);
        (double rowEastM, double rowNorthM) = StepM(x, y, 3, 4);
        double determinant = (columnEastM * rowNorthM) - (rowEastM * columnNorthM);
        if (!double.IsFinite(determinant) || determinant == 0 || Math.Abs(y[0]) > LargestLatDeg)
            return null;
        // The inverse of the Jacobian maps a step to the north or east to pixels.
        return new(new(-rowEastM / determinant, columnEastM / determinant), new(rowNorthM / determinant, -columnNorthM / determinant),
            double.Hypot(columnEastM, columnNorthM));
    }

    // By the radii of curvature of the ellipsoid at the middle (Snyder 1987, USGS Professional Paper 1395, p. 24).
    private static (double EastM, double NorthM) StepM(double[] lonDeg, double[] latDeg, int from, int to)
    {
        (double sin, double cos) = Math.SinCos(double.DegreesToRadians(latDeg[0]));
        double eccentricity2 = Flattening * (2 - Flattening), w2 = 1 - (eccentricity2 * sin * sin);
        double primeVerticalM = SemiMajorAxisM / Math.Sqrt(w2), meridianM = primeVerticalM * (1 - eccentricity2) / w2;
        return (double.DegreesToRadians(Math.IEEERemainder(lonDeg[to] - lonDeg[from], 360)) * primeVerticalM * cos,
            double.DegreesToRadians(latDeg[to] - latDeg[from]) * meridianM);
    }
}
