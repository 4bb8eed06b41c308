using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>Reads the version-1 B-tree of a dataset's chunks.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.A.1 (B-tree, version 1, type 1).</remarks>
internal static class ChunkKeys
{
    private const int MaxLevels = 32;
    private const string Structure = "B-tree of the chunks";

    /// <summary>Adds all chunks.</summary>
    /// <exception cref="Hdf5Exception">The tree is corrupt.</exception>
    internal static void Read(Traversal traversal, ChunkTable table)
    {
        Span<long> position = stackalloc long[table.Grid.Rank];
        ReadNode(traversal, table, table.Layout.Address, null, position);
    }

    /// <summary>Checks the key after the last chunk, without which libhdf5 does not find it.</summary>
    private static void CheckEnd(ReadOnlySpan<byte> key, ReadOnlySpan<long> position, ReadOnlySpan<long> chunkShape,
        in StructureReader reader)
    {
        for (int axis = 0; axis < position.Length; axis++)
        {
            (long end, long last) = (BinaryPrimitives.ReadInt64LittleEndian(key[(8 + (8 * axis))..]), position[axis] * chunkShape[axis]);
            if (end < last)
                throw reader.Invalid($"its end at {end} along dimension {axis} precedes its last chunk at {last}");
            if (end > last)
                return;
        }
    }

    private static void ReadNode(Traversal traversal, ChunkTable table, long address, int? expectedLevel, Span<long> position)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 8 + (2 * file.AddressBytes), keyBytes = 8 + (8 * (table.Grid.Rank + 1));
        StructureReader reader = traversal.Fields(traversal.Read(address, headerBytes, Structure), Structure, address);
        reader.Signature("TREE"u8);
        reader.Expect(1, "node type");
        int level = reader.Byte(), count = reader.UInt16();
        if (level > MaxLevels || level != (expectedLevel ?? level) || (count is 0 && expectedLevel is not null))
            throw reader.Invalid($"{count} entries at level {level}, expected at least 1 at level {expectedLevel ?? 0}");
        long entriesBytes = ((long)count * (keyBytes + file.AddressBytes)) + keyBytes;
        reader = traversal.Fields(traversal.Read(address + headerBytes, entriesBytes, Structure), Structure, address);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = reader.Take(keyBytes);
            long child = reader.Address(file.AddressBytes);
            for (int axis = 0; axis < position.Length; axis++)
            {
                long at = BinaryPrimitives.ReadInt64LittleEndian(key[(8 + (8 * axis))..]), length = table.Grid.ChunkShape[axis];
                position[axis] = at >= 0 && at % length is 0 ? at / length
                    : throw reader.Invalid($"a chunk at {at} along dimension {axis}, expected a multiple of {length}");
            }
            if (BinaryPrimitives.ReadInt64LittleEndian(key[^8..]) is not 0 and var within)
                throw reader.Invalid($"a chunk that begins at byte {within} of an element");
            table.CheckOrder(position, isChunk: level is 0, address);
            if (level > 0)
                ReadNode(traversal, table, child, level - 1, position);
            else
                table.Add(position, child, BinaryPrimitives.ReadUInt32LittleEndian(key),
                    BinaryPrimitives.ReadUInt32LittleEndian(key[4..]), address);
        }
        if (count > 0)
            CheckEnd(reader.Take(keyBytes), position, table.Grid.ChunkShape, in reader);
    }
}
