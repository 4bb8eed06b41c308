using System.Numerics;

namespace Pile.Hdf5;

/// <summary>The header of a fractal heap: the sizes of its blocks and ids.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.G (fractal heap header).</remarks>
internal sealed record HeapShape
{
    private const int MaxIdBytes = 4096, MaxOffsetBits = 62;
    private const byte HasChecksums = 2;
    private const string Structure = "fractal heap";

    /// <summary>The address of the header.</summary>
    internal required long Address { get; init; }

    /// <summary>The size of an id.</summary>
    internal required int IdBytes { get; init; }

    /// <summary>True if direct blocks have checksums.</summary>
    internal required bool HasBlockChecksums { get; init; }

    /// <summary>The number of blocks per row.</summary>
    internal required int Width { get; init; }

    /// <summary>The size of the blocks of the first two rows; each next row doubles it.</summary>
    internal required long FirstBlockBytes { get; init; }

    /// <summary>The size of the largest block with objects; larger ones have blocks.</summary>
    internal required long MostBlockBytes { get; init; }

    /// <summary>The size of an offset in the heap.</summary>
    internal required int OffsetBytes { get; init; }

    /// <summary>The size of the length of an object in an id.</summary>
    internal required int ObjectLengthBytes { get; init; }

    /// <summary>The address of the root block.</summary>
    internal required long Root { get; init; }

    /// <summary>The number of rows of the root block; 0 if it has objects.</summary>
    internal required int RootRows { get; init; }

    /// <summary>The address of the index of objects that are too large for blocks.</summary>
    internal required long HugeObjects { get; init; }

    /// <summary>The size of the header of a direct block.</summary>
    internal required int BlockHeaderBytes { get; init; }

    /// <summary>The largest number of rows of an indirect block.</summary>
    internal required int MostRows { get; init; }

    /// <summary>The number of rows of direct blocks.</summary>
    internal int DirectRows => BitOperations.Log2((ulong)MostBlockBytes) - BitOperations.Log2((ulong)FirstBlockBytes) + 2;

    /// <summary>Returns the size of the blocks of a row.</summary>
    internal long BlockBytes(int row) => FirstBlockBytes << Math.Max(row - 1, 0);

    /// <summary>Returns the number of rows of an indirect block that covers a number of bytes of the heap.</summary>
    internal int RowsOf(long bytes) => BitOperations.Log2((ulong)bytes) - BitOperations.Log2((ulong)(FirstBlockBytes * Width)) + 1;

    /// <summary>Reads the header.</summary>
    /// <exception cref="Hdf5Exception">The header is corrupt or has filters.</exception>
    internal static HeapShape Read(Traversal traversal, long address)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 22 + (12 * file.LengthBytes) + (3 * file.AddressBytes) + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.File.ReadUpTo(address, headerBytes, Structure, traversal.Item), Structure,
            address);
        reader.Signature("FRHP"u8);
        reader.Expect(0, "version");
        (int idBytes, int filterBytes, byte flags, long mostObjectBytes) =
            (reader.UInt16(), reader.UInt16(), reader.Byte(), reader.UInt32());
        if (filterBytes is not 0)
            throw reader.Unsupported("a heap with filters");
        reader = traversal.Fields(traversal.ReadChecked(address, headerBytes, Structure), Structure, address);
        _ = reader.Take(14 + file.LengthBytes); // the fields above, and the next id of a huge object
        long hugeObjects = reader.Address(file.AddressBytes);
        _ = reader.Take((9 * file.LengthBytes) + file.AddressBytes); // free space, sizes and counts
        (int width, long first, long most) = (reader.UInt16(), reader.Unsigned(file.LengthBytes), reader.Unsigned(file.LengthBytes));
        (int offsetBits, _) = (reader.UInt16(), reader.UInt16());
        (long root, int rows) = (reader.Address(file.AddressBytes), reader.UInt16());
        if (!BitOperations.IsPow2(width) || !BitOperations.IsPow2(first) || !BitOperations.IsPow2(most) || first > most
            || most > int.MaxValue || idBytes is 0 or > MaxIdBytes || offsetBits is 0 or > MaxOffsetBits || mostObjectBytes is 0)
            throw reader.Invalid($"rows of {width} blocks of {first} to {most} bytes, {offsetBits} bits, ids of {idBytes} bytes, objects "
                + $"of {mostObjectBytes} bytes");
        int offsetBytes = (offsetBits + 7) / 8, mostRows = offsetBits - BitOperations.Log2((ulong)first * (ulong)width) + 1;
        int lengthBytes = (BitOperations.Log2((ulong)Math.Min(most, mostObjectBytes)) / 8) + 1;
        bool hasChecksums = (flags & HasChecksums) is not 0;
        if (idBytes < 1 + offsetBytes + lengthBytes || rows > mostRows)
            throw reader.Invalid($"ids of {idBytes} bytes, a root of {rows} rows");
        return new()
        {
            Address = address,
            IdBytes = idBytes,
            HasBlockChecksums = hasChecksums,
            Width = width,
            FirstBlockBytes = first,
            MostBlockBytes = most,
            OffsetBytes = offsetBytes,
            ObjectLengthBytes = lengthBytes,
            Root = root,
            RootRows = rows,
            HugeObjects = hugeObjects,
            BlockHeaderBytes = 5 + file.AddressBytes + offsetBytes + (hasChecksums ? Traversal.ChecksumBytes : 0),
            MostRows = mostRows,
        };
    }
}
