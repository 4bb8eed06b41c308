namespace Pile.Builders.Sources.CubeSpectrum;

/// <summary>One spaxel of an aperture.</summary>
/// <param name="X">The column, from 0; may be outside of the cube.</param>
/// <param name="Y">The row, from 0; may be outside of the cube.</param>
/// <param name="Weight">The fraction of the spaxel within the aperture, in (0, 1].</param>
internal readonly record struct WeightedSpaxel(int X, int Y, double Weight);

/// <summary>A circle on the sky about one object, as spaxels with weights.</summary>
internal sealed class Aperture
{
    private Aperture(WeightedSpaxel[] spaxels, double spaxelArcsec2) =>
        (Spaxels, SpaxelArcsec2, TotalWeight) = (spaxels, spaxelArcsec2, spaxels.Sum(s => s.Weight));

    /// <summary>The spaxels of the aperture by rows, including those outside of the cube.</summary>
    internal WeightedSpaxel[] Spaxels { get; }

    /// <summary>The solid angle of one spaxel at the object, arcsec².</summary>
    internal double SpaxelArcsec2 { get; }

    /// <summary>The sum of all weights, including spaxels outside of the cube.</summary>
    internal double TotalWeight { get; }

    /// <summary>Computes the spaxels of a circle around an object.</summary>
    /// <param name="x">The object's column, from 0 at the first spaxel's centre.</param>
    /// <param name="y">The object's row.</param>
    /// <param name="jacobian">Arcseconds east and north for a step of one spaxel; taken as constant over the aperture.</param>
    /// <param name="radiusArcsec">The circle's radius.</param>
    /// <param name="method">How a spaxel on the edge is weighted.</param>
    internal static Aperture About(double x, double y, (double EastX, double EastY, double NorthX, double NorthY) jacobian,
        double radiusArcsec, ApertureMethod method)
    {
        (double eastX, double eastY, double northX, double northY) = jacobian;
        double det = (eastX * northY) - (eastY * northX);
        // The circle is an ellipse on the spaxels; its half widths are the lengths of the rows of the inverse Jacobian.
        double halfX = radiusArcsec * Math.Sqrt((northY * northY) + (eastY * eastY)) / Math.Abs(det);
        double halfY = radiusArcsec * Math.Sqrt((northX * northX) + (eastX * eastX)) / Math.Abs(det);
        List<WeightedSpaxel> spaxels = [];
        for (int row = (int)Math.Ceiling(y - halfY - 0.5); row <= y + halfY + 0.5; row++)
            for (int column = (int)Math.Ceiling(x - halfX - 0.5); column <= x + halfX + 0.5; column++)
            {
                double weight = method is ApertureMethod.Exact
                    ? CircleOverlap.Area([Sky(column - 0.5, row - 0.5), Sky(column + 0.5, row - 0.5), Sky(column + 0.5, row + 0.5),
                        Sky(column - 0.5, row + 0.5)], radiusArcsec) / Math.Abs(det)
                    : Sky(column, row) is var (east, north) && Math.Sqrt((east * east) + (north * north)) <= radiusArcsec ? 1 : 0;
                if (weight > MinWeight)
                    spaxels.Add(new(column, row, Math.Min(weight, 1)));
            }
        return new([.. spaxels], Math.Abs(det));

        (double East, double North) Sky(double px, double py) =>
            ((eastX * (px - x)) + (eastY * (py - y)), (northX * (px - x)) + (northY * (py - y)));
    }

    // A smaller weight is a rounding error of a spaxel that the circle only touches.
    private const double MinWeight = 1e-12;
}
