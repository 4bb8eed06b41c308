using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Reading;

/// <summary>The blocks of a tile that a statement reads and that are not verified yet.</summary>
internal sealed class UnverifiedBlocks(VerifiedTile tile)
{
    private const int BlocksOfRun = 8;

    private readonly List<int> blocks = [];
    private bool[] isAdded = [];

    internal VerifiedTile Tile => tile;

    internal int Count => blocks.Count;

    /// <summary>The number of <see cref="Run">runs</see> of blocks.</summary>
    internal int RunCount => (blocks.Count + BlocksOfRun - 1) / BlocksOfRun;

    /// <summary>Returns some of the blocks, for one thread to verify.</summary>
    internal ReadOnlySpan<int> Run(int run)
    {
        int first = run * BlocksOfRun;
        return CollectionsMarshal.AsSpan(blocks).Slice(first, Math.Min(BlocksOfRun, blocks.Count - first));
    }

    /// <summary>Adds the blocks that hold columns.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="isRead">Returns whether a row group may be read.</param>
    /// <param name="withFilters">True if values are looked up: then Bloom filters may be read.</param>
    internal void Add(TileColumns columns, Func<ParquetRowGroup, bool> isRead, bool withFilters)
    {
        if (tile.IsFullyVerified || tile.Layout.Groups.Count == 0)
            return;
        if (isAdded.Length == 0)
            isAdded = new bool[tile.BlockCount];
        IReadOnlyList<ParquetChunk> first = tile.Layout.Groups[0].Chunks;
        bool[] isColumnRead = new bool[first.Count]; // all row groups have the same columns
        for (int i = 0; i < isColumnRead.Length; i++)
            isColumnRead[i] = columns.Contains(first[i].Path[0]);
        if (withFilters)
            for (int gap = 0; gap < tile.Gaps.Length; gap += 2)
                Add(tile.Gaps[gap], tile.Gaps[gap + 1]);
        foreach (ParquetRowGroup group in tile.Layout.Groups)
            if (isRead(group))
                for (int i = 0; i < group.Chunks.Count; i++)
                    if (i >= isColumnRead.Length || isColumnRead[i])
                        Add(group.Chunks[i].Start, group.Chunks[i].Start + group.Chunks[i].Bytes);
    }

    private void Add(long start, long end)
    {
        for (int block = (int)(start / FileBlocks.Bytes); block < FileBlocks.CountOf(end); block++)
            if (!isAdded[block] && !tile.IsVerified(block))
            {
                isAdded[block] = true;
                blocks.Add(block);
            }
    }
}
