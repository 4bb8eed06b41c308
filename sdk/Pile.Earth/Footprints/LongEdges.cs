using System.Globalization;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Decides by a stated box whether edges over more than 180 degrees of longitude cross the antimeridian or go the long way, as
/// they are written.</summary>
internal static class LongEdges
{
    // Boxes are rounded, and some are those of the whole raster, whose corners are some degrees outside of the footprint near poles.
    private const double AgreementDeg = 10.0;

    /// <summary>Returns the polygons in the reading that has the box.</summary>
    /// <param name="polygons">The polygons as they are written.</param>
    /// <param name="westDeg">The western side of the box.</param>
    /// <param name="eastDeg">The eastern side; less than the western one if the box crosses the antimeridian.</param>
    /// <exception cref="FormatException">Neither reading has the box, and the box does not cross the antimeridian.</exception>
    /// <remarks>A box that ends at 180 or begins at -180 says nothing by itself: a producer may write 180 for -180 in the ring, or in the
    /// box.</remarks>
    internal static List<PolygonRings> ReadBy(List<PolygonRings> polygons, double westDeg, double eastDeg)
    {
        if (polygons.Select(polygon => polygon.LongEdge).FirstOrDefault(edge => edge is not null) is not var (from, to))
            return polygons;
        bool crosses = westDeg > eastDeg || westDeg < -180.0 || eastDeg > 180.0;
        (double West, double East) box = (westDeg, westDeg > eastDeg ? eastDeg + 360.0 : eastDeg);
        List<PolygonRings> written = [.. polygons.Select(polygon => polygon.AsWritten())];
        (double West, double East) shortSpan = SpanNear(box, polygons), longSpan = SpanNear(box, written);
        double shortOff = Off(box, shortSpan), longOff = Off(box, longSpan);
        if (Math.Min(shortOff, longOff) <= AgreementDeg)
            return longOff < shortOff || (longOff.Equals(shortOff) && !crosses) ? written : polygons;
        return crosses ? polygons : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
            $"The edge from ({from.X:R}, {from.Y:R}) to ({to.X:R}, {to.Y:R}) spans more than 180 degrees of longitude, and the bbox "
            + $"(longitude {westDeg:R} to {eastDeg:R}) is neither that of the short way across 180 ({shortSpan.West:R} to "
            + $"{shortSpan.East:R}) nor that of the long way ({longSpan.West:R} to {longSpan.East:R})."));
    }

    private static double Off((double West, double East) box, (double West, double East) span) =>
        Math.Max(Math.Abs(span.West - box.West), Math.Abs(span.East - box.East));

    // Each polygon is moved by whole turns to where it is nearest to the box.
    private static (double West, double East) SpanNear((double West, double East) box, List<PolygonRings> polygons)
    {
        (double west, double east) = (double.MaxValue, double.MinValue);
        foreach (PolygonRings polygon in polygons)
        {
            Coordinate[] shell = UnwrappedRing.Of(polygon.Rings[0]).Positions;
            double least = shell.Min(p => p.X), greatest = shell.Max(p => p.X);
            double shift = 360.0 * Math.Round((box.West + box.East - least - greatest) / 720.0);
            (west, east) = (Math.Min(west, least + shift), Math.Max(east, greatest + shift));
        }
        return (west, east);
    }
}
