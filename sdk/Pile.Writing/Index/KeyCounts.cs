using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows and bytes over keys, from which cells and tiles are derived.</summary>
internal abstract class KeyCounts
{
    // Of the size of a shard: cells are not made smaller on average, if some stay too large.
    private const int SmallestMeanShare = 256;

    /// <summary>A tile with more rows is divided.</summary>
    internal const int MaxTileRows = 1_000_000;

    /// <summary>The number of rows.</summary>
    internal long Rows { get; private protected set; }

    /// <summary>Returns empty counts.</summary>
    /// <param name="hasPositions">True if rows have positions on the sky.</param>
    internal static KeyCounts For(bool hasPositions) => hasPositions ? new SkyCounts() : new HashCounts();

    /// <summary>Counts all rows of a spill.</summary>
    internal static KeyCounts Of(SpillQuery spill, DatasetSpec spec, DatasetSchema schema, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        KeyCounts counts = For(spec.HasPositions);
        if (spill.Groups.IsEmpty)
            return counts;
        using DuckDbResult result = connection.Query(spill.Counts(schema), cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            ReadOnlySpan<long> keys = chunk.Values<long>(0), heavyBytes = chunk.Values<long>(1);
            for (int row = 0; row < keys.Length; row++)
                counts.Add(keys[row], schema.LightRowBytes + heavyBytes[row]);
        }
        return counts;
    }

    /// <summary>Adds rows by their keys.</summary>
    internal abstract void Add(ReadOnlySpan<long> keys);

    /// <summary>Adds a row of a known size.</summary>
    internal abstract void Add(long key, long bytes);

    /// <summary>Adds bytes to each row that was added so far.</summary>
    internal abstract void AddToRows(long bytes);

    /// <summary>Returns the partition that the properties of a dataset ask for, or the coarsest in which no cell exceeds the size of a
    /// shard. Rows at one position cannot be divided: a finer one is not chosen if its cells were tiny on average.</summary>
    internal abstract Partition PartitionFor(DatasetSpec spec);

    /// <summary>Returns the level for <see cref="PartitionFor"/>.</summary>
    /// <param name="finest">The bytes of the cells of the finest level.</param>
    /// <param name="level">The finest level; the coarsest is 0.</param>
    /// <param name="coarser">Returns the bytes of the cells of the next coarser level.</param>
    /// <param name="targetShardBytes">The size of a shard.</param>
    private protected static int LevelFor(long[] finest, int level, Func<long[], long[]> coarser, long targetShardBytes)
    {
        long total = finest.Sum();
        if (total <= targetShardBytes)
            return 0;
        (long Largest, long Mean)[] levels = new (long, long)[level + 1];
        for (long[] bytes = finest; ; bytes = coarser(bytes))
        {
            levels[level] = (bytes.Max(), total / Math.Max(bytes.LongCount(cell => cell > 0), 1));
            if (level-- == 0)
                break;
        }
        int best = 0;
        while (best + 1 < levels.Length && levels[best].Largest > targetShardBytes
            && levels[best + 1].Mean >= targetShardBytes / SmallestMeanShare)
            best++;
        return best;
    }

    /// <summary>Returns the number of cells with rows; of tiles, which keys do not tell, that of order-0 pixels.</summary>
    internal abstract long CellsOf(Partition partition);

    /// <summary>Returns the tiles of the index, in the order of their rows.</summary>
    internal abstract IReadOnlyList<TileFile> TileFiles(string subset, Partition partition, int maxRows);
}
