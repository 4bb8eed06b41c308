using System.Buffers.Binary;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Reads polygons of well-known binary: OGC 06-103r4 section 8.2 in both byte orders, with the Z and M of ISO 13249-3 and of
/// PostGIS, which are ignored.</summary>
internal ref struct WkbReader(ReadOnlySpan<byte> bytes)
{
    private const uint PolygonType = 3, MultiPolygonType = 6;
    private const uint PostGisZ = 0x8000_0000, PostGisM = 0x4000_0000, PostGisSrid = 0x2000_0000;

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int offset;

    /// <summary>Returns the polygons of a Polygon or MultiPolygon.</summary>
    /// <exception cref="FormatException">The bytes are of another type, end early, continue after the geometry, or are
    /// malformed.</exception>
    internal static List<PolygonRings> Read(ReadOnlySpan<byte> bytes)
    {
        WkbReader reader = new(bytes);
        List<PolygonRings> polygons = [];
        (uint type, int dimensions, bool isLittle) = reader.ReadHeader();
        if (type is PolygonType)
            polygons.Add(reader.ReadPolygon(dimensions, isLittle, 1));
        else if (type is MultiPolygonType)
            for (int count = reader.ReadCount(9, isLittle); polygons.Count < count;)
            {
                (type, dimensions, isLittle) = reader.ReadHeader();
                if (type is not PolygonType)
                    throw new FormatException($"The WKB MultiPolygon has a part of type {type}; expected 3, a Polygon.");
                polygons.Add(reader.ReadPolygon(dimensions, isLittle, polygons.Count + 1));
            }
        else
            throw new FormatException($"The WKB has the geometry type {type}; expected 3 (Polygon) or 6 (MultiPolygon).");
        return reader.offset == bytes.Length ? polygons
            : throw new FormatException($"The WKB has {bytes.Length - reader.offset} bytes after the geometry.");
    }

    private (uint Type, int Dimensions, bool IsLittle) ReadHeader()
    {
        byte order = Take(1)[0];
        if (order > 1)
            throw new FormatException($"The WKB has the byte order {order} at byte {offset - 1}; expected 0 or 1.");
        bool isLittle = order == 1;
        uint type = ReadUInt32(isLittle);
        int dimensions = 2 + ((type & PostGisZ) != 0 ? 1 : 0) + ((type & PostGisM) != 0 ? 1 : 0);
        if ((type & PostGisSrid) != 0 && ReadUInt32(isLittle) is var srid and not (0 or 4326))
            throw new FormatException($"The WKB has the SRID {srid}; expected 4326. Transform it to WGS84 longitude and latitude first.");
        type &= ~(PostGisZ | PostGisM | PostGisSrid);
        dimensions += (type / 1000) switch { 0 => 0, 1 or 2 => 1, 3 => 2, _ => throw new FormatException($"The WKB has the type {type}.") };
        return (type % 1000, Math.Min(dimensions, 4), isLittle);
    }

    private PolygonRings ReadPolygon(int dimensions, bool isLittle, int number)
    {
        int ringCount = ReadCount(4, isLittle);
        if (ringCount == 0)
            throw new FormatException($"The geometry, polygon {number}, is empty.");
        Coordinate[][] rings = new Coordinate[ringCount][];
        for (int i = 0; i < ringCount; i++)
        {
            int count = ReadCount(dimensions * sizeof(double), isLittle);
            List<Coordinate> positions = new(count);
            for (int k = 0; k < count; k++)
            {
                ReadOnlySpan<byte> at = Take(dimensions * sizeof(double));
                positions.Add(isLittle
                    ? PolygonRings.Position(BinaryPrimitives.ReadDoubleLittleEndian(at), BinaryPrimitives.ReadDoubleLittleEndian(at[8..]))
                    : PolygonRings.Position(BinaryPrimitives.ReadDoubleBigEndian(at), BinaryPrimitives.ReadDoubleBigEndian(at[8..])));
            }
            rings[i] = PolygonRings.Ring(positions, $"polygon {number}, ring {i + 1}");
        }
        return new PolygonRings(rings);
    }

    /// <summary>Reads a count and checks that its elements fit into the remaining bytes, before anything is allocated.</summary>
    private int ReadCount(int leastBytes, bool isLittle)
    {
        uint count = ReadUInt32(isLittle);
        return count <= (bytes.Length - offset) / leastBytes ? (int)count
            : throw new FormatException($"The WKB has the count {count} at byte {offset - 4}, but only {bytes.Length - offset} bytes "
                + "follow.");
    }

    private uint ReadUInt32(bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - offset)
            throw new FormatException($"The WKB ends at byte {bytes.Length} within a value.");
        ReadOnlySpan<byte> taken = bytes.Slice(offset, count);
        offset += count;
        return taken;
    }
}
