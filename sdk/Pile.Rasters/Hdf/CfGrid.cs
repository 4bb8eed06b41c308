using System.Globalization;
using Pile.Earth;

namespace Pile.Rasters;

/// <summary>The transform of a variable: its coordinates are the centres of pixels.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", 5 (coordinate systems); <c>GeoTransform</c> is GDAL's
/// attribute of a grid mapping, in the order c, a, b, f, d, e and from the outer corner.</remarks>
internal static class CfGrid
{
    // Coordinates are often rounded to float32; a grid that is not regular differs by much more.
    private const double Regular = 1e-2;

    // Of a pixel, the last digit of coordinates that are rounded: both ends are off by half of it at most.
    private const double LargestDigit = 0.25;

    private const int MostDecimals = 9;

    /// <summary>Computes the transform of an axis.</summary>
    /// <param name="centres">The coordinates.</param>
    /// <param name="name">The name of the variable, for messages.</param>
    /// <param name="digit">The last digit of the coordinates if they are rounded (<see cref="LastDigit"/>), otherwise 0.</param>
    /// <returns>The step, and the outer edge of the first pixel; null for fewer than two coordinates.</returns>
    /// <exception cref="FormatException">The coordinates are not equidistant.</exception>
    internal static (double Step, double Edge)? AxisOf(double[] centres, string name, double digit = 0)
    {
        if (centres.Length < 2)
            return null;
        double step = (centres[^1] - centres[0]) / (centres.Length - 1);
        double tolerance = (Regular * Math.Abs(step)) + (digit <= LargestDigit * Math.Abs(step) ? digit : 0);
        for (int i = 0; i < centres.Length; i++)
        {
            double expected = centres[0] + (i * step), rounding = Math.Abs(expected) * 1.2e-7;
            if (!(Math.Abs(centres[i] - expected) <= tolerance + rounding) || step is 0)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"the coordinates of '{name}' are not equidistant: number {i} is {centres[i]}, expected {expected}"));
        }
        return (step, centres[0] - (step / 2));
    }

    /// <summary>Returns the last digit of rounded coordinates, such as 0.001; 0 if they have more decimals.</summary>
    /// <param name="centres">The coordinates as they are stored.</param>
    /// <param name="isSingle">True if they are float32.</param>
    internal static double LastDigit(double[] centres, bool isSingle)
    {
        double scale = 1;
        for (int decimals = 0; decimals <= MostDecimals; decimals++, scale *= 10)
            if (Array.TrueForAll(centres, IsRounded))
                return 1 / scale;
        return 0;

        bool IsRounded(double centre)
        {
            double rounded = Math.Round(centre * scale) / scale;
            return isSingle ? (float)rounded == (float)centre : Math.Abs(rounded - centre) <= 1e-15 * Math.Abs(centre);
        }
    }

    /// <summary>Joins the transform of coordinates with the one that the grid mapping states.</summary>
    /// <returns>Null if neither is given.</returns>
    /// <exception cref="FormatException">They contradict each other.</exception>
    internal static Affine? Join(Affine? ofCoordinates, Affine? stated, int width, int height)
    {
        if (ofCoordinates is not { } own || stated is not { } other)
            return ofCoordinates ?? stated;
        if (Agree(own, other, width, height))
            return other; // coordinates may be rounded
        // GDAL writes the rows from the bottom, and the transform from the top.
        Affine flipped = new(other.A, -other.B, other.C + (other.B * height), other.D, -other.E, other.F + (other.E * height));
        return Agree(own, flipped, width, height) ? flipped
            : throw new FormatException($"the coordinates give the transform {own}, but GeoTransform is {other}");
    }

    /// <summary>Reads GDAL's attribute.</summary>
    /// <returns>Null if it does not have six numbers.</returns>
    internal static Affine? Parse(string geoTransform)
    {
        double[] t = [.. geoTransform.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(term =>
            double.TryParse(term, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        return t.Length is 6 && new Affine(t[1], t[2], t[0], t[4], t[5], t[3]) is { IsInvertible: true } transform ? transform : null;
    }

    private static bool Agree(Affine a, Affine b, int width, int height)
    {
        if (!a.IsInvertible)
            return false;
        Affine inverse = a.Inverse();
        foreach ((int column, int row) in ((int, int)[])[(0, 0), (width, 0), (0, height), (width, height)])
        {
            (double x, double y) = b.Apply(column, row);
            (double c, double r) = inverse.Apply(x, y);
            if (!(Math.Abs(c - column) <= LargestDigit / 2 && Math.Abs(r - row) <= LargestDigit / 2))
                return false;
        }
        return true;
    }
}
