namespace Pile.Hdf5;

/// <summary>Collects the chunks of a dataset from its index, and checks each.</summary>
internal sealed class ChunkTable
{
    private const string Structure = "chunk";
    private readonly ForeignDataset dataset;
    private readonly ChunkGrid grid;
    private readonly ForeignBytes file;
    private readonly List<ForeignPiece> pieces = [];
    private readonly uint allFilters;
    private readonly bool leavesEdges;
    private readonly long[] last;
    private bool isSorted = true, isFirst = true, lastIsChunk;

    private ChunkTable(ForeignDataset dataset, ChunkGrid grid)
    {
        (this.dataset, this.grid, file) = (dataset, grid, dataset.File);
        allFilters = dataset.Filters.Count is 0 ? 0 : uint.MaxValue >> (32 - dataset.Filters.Count);
        last = new long[grid.Rank];
        leavesEdges = dataset.Layout.LeavesEdgesUnfiltered && allFilters is not 0;
    }

    /// <summary>The dataset.</summary>
    internal ForeignDataset Dataset => dataset;

    /// <summary>The chunks of the shape.</summary>
    internal ChunkGrid Grid => grid;

    /// <summary>The layout of the dataset.</summary>
    internal ForeignLayout Layout => dataset.Layout;

    /// <summary>Reads all chunks that were written, ordered by number.</summary>
    /// <exception cref="Hdf5Exception">The index is corrupt, or refers to bytes outside the file.</exception>
    internal static ForeignPiece[] Read(ForeignDataset dataset, ChunkGrid grid)
    {
        if (dataset.Layout.Address is FileBytes.Undefined || grid.Count is 0)
            return [];
        ChunkTable table = new(dataset, grid);
        Traversal traversal = new(dataset.File, dataset.Path);
        switch (dataset.Layout.Index)
        {
            case ForeignChunkIndex.Single: SimpleIndexes.ReadSingle(table); break;
            case ForeignChunkIndex.Implicit: SimpleIndexes.ReadImplicit(table); break;
            case ForeignChunkIndex.FixedArray: FixedArray.Read(traversal, table); break;
            case ForeignChunkIndex.ExtensibleArray: ExtensibleArray.Read(traversal, table); break;
            case ForeignChunkIndex.Tree2: ChunkRecords.Read(traversal, table); break;
            default: ChunkKeys.Read(traversal, table); break;
        }
        return table.Finish();
    }

    /// <summary>Adds a chunk at a position, counted in chunks. Chunks outside the shape, which has shrunk, are ignored.</summary>
    /// <exception cref="Hdf5Exception">The chunk has an impossible size, or is outside the file.</exception>
    internal void Add(ReadOnlySpan<long> position, long address, long bytes, uint skipped, long indexAddress)
    {
        if (address is FileBytes.Undefined || grid.NumberOf(position) is var number && number < 0)
            return;
        if (leavesEdges && grid.IsPartial(position))
            skipped = allFilters;
        skipped &= allFilters;
        if (FixedBytes(skipped) is var expected and >= 0 && bytes != expected)
            throw Invalid(indexAddress, position, $"has {bytes} bytes, expected {expected}");
        if (bytes <= 0)
            throw Invalid(indexAddress, position, "has no bytes");
        file.Check(address, bytes, Structure, dataset.Path);
        if (pieces.Count > 0 && number <= pieces[^1].Number)
            isSorted = false;
        pieces.Add(new(number, file.BaseOffset + address, bytes, skipped));
    }

    /// <summary>Checks that a position of a B-tree follows the positions before it, which libhdf5 relies on to find a chunk.</summary>
    /// <param name="position">The position, counted in chunks.</param>
    /// <param name="isChunk">False for a position in an inner node, which the first chunk below it may repeat.</param>
    /// <param name="indexAddress">The address of the node, for errors.</param>
    /// <exception cref="Hdf5Exception">The position is out of order.</exception>
    internal void CheckOrder(ReadOnlySpan<long> position, bool isChunk, long indexAddress)
    {
        if (!isFirst && position.SequenceCompareTo(last) is var order && (order < 0 || (order is 0 && lastIsChunk)))
            throw Invalid(indexAddress, position, "is out of order");
        position.CopyTo(last);
        (isFirst, lastIsChunk) = (false, isChunk);
    }

    /// <summary>Returns the size of a chunk that was not compressed; -1 for others.</summary>
    internal long FixedBytes(uint skipped)
    {
        long bytes = dataset.ChunkBytes;
        for (int i = 0; i < dataset.Filters.Count; i++)
        {
            if ((skipped >> i & 1) is not 0)
                continue;
            if (dataset.Filters[i].IsCompression)
                return -1;
            bytes += dataset.Filters[i].Id is ForeignFilter.Fletcher32 ? Traversal.ChecksumBytes : 0;
        }
        return bytes;
    }

    private ForeignPiece[] Finish()
    {
        if (!isSorted)
        {
            pieces.Sort((a, b) => a.Number.CompareTo(b.Number));
            for (int i = 1; i < pieces.Count; i++)
                if (pieces[i].Number == pieces[i - 1].Number)
                    throw file.Invalid("chunk index", Layout.Address, dataset.Path, $"it has chunk {pieces[i].Number} twice");
        }
        return [.. pieces];
    }

    private Hdf5Exception Invalid(long indexAddress, ReadOnlySpan<long> position, string finding)
    {
        long[] first = new long[position.Length];
        for (int axis = 0; axis < first.Length; axis++)
            first[axis] = position[axis] * grid.ChunkShape[axis];
        return file.Invalid("chunk index", indexAddress, dataset.Path, $"the chunk at [{string.Join(", ", first)}] {finding}");
    }
}
