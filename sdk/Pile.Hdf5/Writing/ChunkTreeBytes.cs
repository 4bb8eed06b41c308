namespace Pile.Hdf5;

/// <summary>The index of the chunks of one dataset, which are added in C order: a version-1 B-tree of full nodes.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", III.A.1 (B-tree, version 1, type 1).</remarks>
internal sealed class ChunkTreeBytes(long[] shape, long[] chunkShape, int elementBytes)
{
    private const int MaxEntries = 64; // twice the rank that the superblock states

    private readonly List<(long Number, long Address, int Bytes, uint SkippedFilters)> chunks = [];

    /// <summary>Adds the next chunk.</summary>
    /// <param name="coordinates">The coordinates of its first element.</param>
    /// <param name="address">The address of its bytes.</param>
    /// <param name="bytes">Their number.</param>
    /// <param name="skippedFilters">One bit for each filter that was not applied.</param>
    /// <returns>False if the chunk is not after the last one in C order.</returns>
    internal bool TryAdd(ReadOnlySpan<long> coordinates, long address, int bytes, uint skippedFilters)
    {
        long number = 0;
        for (int axis = 0; axis < shape.Length; axis++)
            number = (number * ((shape[axis] + chunkShape[axis] - 1) / chunkShape[axis])) + (coordinates[axis] / chunkShape[axis]);
        if (chunks.Count > 0 && number <= chunks[^1].Number)
            return false;
        chunks.Add((number, address, bytes, skippedFilters));
        return true;
    }

    /// <summary>Writes all nodes, and returns the address of the root; undefined if there are no chunks.</summary>
    /// <param name="target">The structures of the file.</param>
    /// <param name="start">The address of the first structure.</param>
    internal long WriteTo(StructureBytes target, long start)
    {
        if (chunks.Count == 0)
            return FileBytes.Undefined;
        // The first chunk, and the address, of each child of a level.
        (int Chunk, long Address)[] children = [.. chunks.Select((chunk, i) => (i, chunk.Address))];
        for (int level = 0; ; level++)
        {
            children = WriteLevel(target, start, level, children);
            if (children.Length == 1)
                return children[0].Address;
        }
    }

    private (int Chunk, long Address)[] WriteLevel(StructureBytes target, long start, int level, (int Chunk, long Address)[] children)
    {
        int keyBytes = 8 + (8 * (shape.Length + 1)), nodeBytes = 24 + (MaxEntries * (keyBytes + 8)) + keyBytes;
        int nodes = (children.Length + MaxEntries - 1) / MaxEntries;
        (int Chunk, long Address)[] written = new (int, long)[nodes];
        for (int node = 0; node < nodes; node++)
        {
            int first = node * MaxEntries, count = Math.Min(MaxEntries, children.Length - first), begin = target.Count;
            written[node] = (children[first].Chunk, start + begin);
            target.Bytes("TREE"u8);
            target.Byte(1);
            target.Byte(level);
            target.UInt16(count);
            target.Int64(node == 0 ? FileBytes.Undefined : start + begin - nodeBytes);
            target.Int64(node == nodes - 1 ? FileBytes.Undefined : start + begin + nodeBytes);
            for (int i = first; i < first + count; i++)
            {
                WriteKey(target, children[i].Chunk);
                target.Int64(children[i].Address);
            }
            WriteKey(target, first + count < children.Length ? children[first + count].Chunk : chunks.Count);
            target.Zeros(nodeBytes - (target.Count - begin));
        }
        return written;
    }

    // The last key of a level is beyond the last chunk.
    private void WriteKey(StructureBytes target, int chunk)
    {
        bool isEnd = chunk == chunks.Count;
        (long rest, _, int bytes, uint skippedFilters) = chunks[isEnd ? chunk - 1 : chunk];
        target.UInt32(isEnd ? 0 : bytes);
        target.UInt32(isEnd ? 0 : skippedFilters);
        Span<long> coordinates = stackalloc long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
            (rest, coordinates[axis]) = Math.DivRem(rest, (shape[axis] + chunkShape[axis] - 1) / chunkShape[axis]);
        for (int axis = 0; axis < shape.Length; axis++)
            target.Int64((coordinates[axis] + (isEnd ? 1 : 0)) * chunkShape[axis]);
        target.Int64(isEnd ? elementBytes : 0);
    }
}
