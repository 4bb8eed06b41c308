using Pile.Format;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows without positions over the hashes of their ids.</summary>
internal sealed class HashCounts : KeyCounts
{
    private static readonly IndexKey Finest = IndexKey.OfIds(Partition.MaxBits);

    private readonly long[] rows = new long[Finest.CellCount], bytes = new long[Finest.CellCount];

    internal override void Add(ReadOnlySpan<long> keys)
    {
        foreach (long key in keys)
            rows[Finest.CellOf(key)]++;
        Rows += keys.Length;
    }

    internal override void Add(long key, long rowBytes)
    {
        rows[Finest.CellOf(key)]++;
        bytes[Finest.CellOf(key)] += rowBytes;
        Rows++;
    }

    internal override void AddToRows(long rowBytes)
    {
        for (int cell = 0; cell < bytes.Length; cell++)
            bytes[cell] += rowBytes * rows[cell];
    }

    internal override Partition PartitionFor(DatasetSpec spec) =>
        new(Partition.Hash, Bits: spec.Bits ?? LevelFor(bytes, Partition.MaxBits, TwoToOne, spec.TargetShardBytes));

    internal override long CellsOf(Partition partition) => AtBits(partition).LongCount(count => count > 0);

    /// <summary>Returns tiles of whole cells, as many as fit; a cell with more rows is divided. A dataset without rows has one tile, which
    /// has the columns.</summary>
    internal override IReadOnlyList<TileFile> TileFiles(string subset, Partition partition, int maxRows)
    {
        List<long> tiles = [];
        long current = 0;
        foreach (long cell in AtBits(partition))
        {
            if (current > 0 && current + cell > maxRows)
            {
                tiles.Add(current);
                current = 0;
            }
            current += cell;
            for (; current > maxRows; current -= maxRows)
                tiles.Add(maxRows);
        }
        if (current > 0 || tiles.Count == 0)
            tiles.Add(current);
        return [.. tiles.Select((count, i) => new TileFile(DatasetPaths.HashTile(subset, i + 1, tiles.Count), count))];
    }

    private long[] AtBits(Partition partition)
    {
        long[] cells = rows;
        for (int bits = Partition.MaxBits; bits > partition.Bits; bits--)
            cells = TwoToOne(cells);
        return cells;
    }

    private static long[] TwoToOne(long[] fine)
    {
        long[] coarse = new long[fine.Length / 2];
        for (int i = 0; i < coarse.Length; i++)
            coarse[i] = fine[2 * i] + fine[(2 * i) + 1];
        return coarse;
    }
}
