using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetTopologySuite.Geometries;

namespace Pile.Earth;

/// <summary>Walks the polygons of stored WKB (as <see cref="Footprint.Wkb"/> writes it) without allocating.</summary>
internal ref struct StoredParts
{
    private readonly ReadOnlySpan<byte> wkb;
    private int offset, remaining;

    /// <summary>The number of polygons.</summary>
    internal int Count { get; }

    /// <summary>The box of the current polygon, from its outer ring.</summary>
    internal (double West, double South, double East, double North) Box { get; private set; }

    /// <summary>The longitude and latitude of each position of the current outer ring, alternating.</summary>
    internal ReadOnlySpan<double> Shell { get; private set; }

    private ReadOnlySpan<byte> rings;
    private int ringCount;
    private int nextRing;

    /// <summary>Starts a walk.</summary>
    /// <exception cref="FormatException">The bytes are not a Polygon or MultiPolygon in the stored form.</exception>
    internal StoredParts(ReadOnlySpan<byte> wkb)
    {
        this.wkb = wkb;
        int type = Header(out int count, peek: true);
        Count = remaining = type is 3 ? 1 : count;
        if (type is 6 && count > 0)
            offset = 9;
        else if (type is not 3)
            throw Malformed();
    }

    /// <summary>Goes to the next polygon.</summary>
    /// <returns>False after the last.</returns>
    internal bool MoveNext()
    {
        if (remaining == 0)
            return offset == wkb.Length ? false : throw Malformed();
        remaining--;
        if (Header(out ringCount, peek: false) is not 3 || ringCount == 0)
            throw Malformed();
        int start = offset;
        for (int i = 0; i < ringCount; i++)
        {
            ReadOnlySpan<double> ring = Ring(wkb, ref offset);
            if (i == 0)
                Shell = ring;
        }
        rings = wkb[start..offset];
        nextRing = 0;
        Box = BoxOf(Shell);
        return true;
    }

    /// <summary>Goes to the next ring of the current polygon, from the outer one.</summary>
    /// <param name="ring">Receives longitude and latitude of each position, alternating.</param>
    internal bool MoveNextRing(out ReadOnlySpan<double> ring)
    {
        bool hasRing = nextRing < rings.Length;
        ring = hasRing ? Ring(rings, ref nextRing) : default;
        return hasRing;
    }

    /// <summary>Creates the current polygon.</summary>
    internal readonly Polygon ToPolygon()
    {
        LinearRing[] all = new LinearRing[ringCount];
        for (int i = 0, at = 0; i < ringCount; i++)
        {
            ReadOnlySpan<double> ring = Ring(rings, ref at);
            Coordinate[] positions = new Coordinate[ring.Length / 2];
            for (int k = 0; k < positions.Length; k++)
                positions[k] = new Coordinate(ring[2 * k], ring[(2 * k) + 1]);
            all[i] = FootprintShape.Factory.CreateLinearRing(positions);
        }
        return FootprintShape.Factory.CreatePolygon(all[0], all[1..]);
    }

    private static ReadOnlySpan<double> Ring(ReadOnlySpan<byte> bytes, scoped ref int offset)
    {
        if (bytes.Length - offset < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]) is var count && count < 4
            || count > (bytes.Length - offset - 4) / 16)
            throw Malformed();
        ReadOnlySpan<double> ring = MemoryMarshal.Cast<byte, double>(bytes.Slice(offset + 4, (int)count * 16));
        offset += 4 + ((int)count * 16);
        return ring;
    }

    private static (double West, double South, double East, double North) BoxOf(ReadOnlySpan<double> ring)
    {
        double west = ring[0], south = ring[1], east = west, north = south;
        for (int i = 2; i < ring.Length; i += 2)
        {
            (west, east) = (Math.Min(west, ring[i]), Math.Max(east, ring[i]));
            (south, north) = (Math.Min(south, ring[i + 1]), Math.Max(north, ring[i + 1]));
        }
        return west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 ? (west, south, east, north) // false for NaN
            : throw new FormatException("The stored footprint has a position outside [-180, 180] and [-90, 90].");
    }

    private int Header(out int count, bool peek)
    {
        if (wkb.Length - offset < 9 || wkb[offset] != 1)
            throw Malformed();
        int type = BinaryPrimitives.ReadInt32LittleEndian(wkb[(offset + 1)..]);
        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(wkb[(offset + 5)..]);
        count = stated <= wkb.Length / 4 ? (int)stated : throw Malformed();
        if (!peek)
            offset += 9;
        return type;
    }

    private static FormatException Malformed() =>
        new("The stored footprint is not WKB of a Polygon or MultiPolygon (little-endian, two coordinates per position).");
}
