using System.Globalization;
using System.Text;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Writes polygons as well-known text (OGC 06-103r4 section 7.2), with the digits that give each number again.</summary>
internal static class WktText
{
    internal static string Of(ReadOnlySpan<Polygon> parts)
    {
        StringBuilder text = new(parts.Length == 1 ? "POLYGON " : "MULTIPOLYGON (");
        for (int i = 0; i < parts.Length; i++)
        {
            text.Append(i == 0 ? "(" : ", (");
            string next = "(";
            foreach (LineString ring in Footprint.Rings(parts[i]))
            {
                foreach (Coordinate position in ring.Coordinates)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{next}{position.X:R} {position.Y:R}");
                    next = ", ";
                }
                text.Append(')');
                next = ", (";
            }
            text.Append(')');
        }
        return text.Append(parts.Length == 1 ? "" : ")").ToString();
    }
}
