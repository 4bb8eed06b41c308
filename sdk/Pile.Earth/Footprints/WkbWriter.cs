using System.Buffers.Binary;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Writes polygons as little-endian WKB (OGC 06-103r4, section 8.2), two coordinates per position.</summary>
internal ref struct WkbWriter
{
    private readonly Span<byte> destination;
    private int offset;

    private WkbWriter(Span<byte> destination) => this.destination = destination;

    /// <summary>Returns the number of bytes of a Polygon, or of a MultiPolygon if there is more than one part.</summary>
    internal static int Size(ReadOnlySpan<Polygon> parts)
    {
        int size = parts.Length == 1 ? 0 : 9;
        foreach (Polygon part in parts)
            size += 9 + (4 * (1 + part.NumInteriorRings)) + (16 * part.NumPoints);
        return size;
    }

    /// <summary>Writes the parts and returns the number of bytes.</summary>
    internal static int Write(ReadOnlySpan<Polygon> parts, Span<byte> destination)
    {
        WkbWriter writer = new(destination);
        if (parts.Length != 1)
            writer.Header(6, parts.Length);
        foreach (Polygon part in parts)
        {
            writer.Header(3, 1 + part.NumInteriorRings);
            foreach (LineString ring in Footprint.Rings(part))
            {
                CoordinateSequence positions = ring.CoordinateSequence;
                writer.Count(positions.Count);
                for (int i = 0; i < positions.Count; i++)
                {
                    writer.Number(positions.GetX(i));
                    writer.Number(positions.GetY(i));
                }
            }
        }
        return writer.offset;
    }

    private void Header(int type, int count)
    {
        destination[offset++] = 1;
        Count(type);
        Count(count);
    }

    private void Count(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination[offset..], value);
        offset += sizeof(int);
    }

    private void Number(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination[offset..], value);
        offset += sizeof(double);
    }
}
