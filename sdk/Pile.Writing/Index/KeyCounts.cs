using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;
using Pile.Writing.Spill;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows and bytes over keys, from which cells and tiles are derived.</summary>
internal abstract class KeyCounts
{
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

    /// <summary>Returns the partition that the properties of a dataset ask for, or the coarsest in which no cell exceeds the size of a
    /// shard.</summary>
    internal abstract Partition PartitionFor(DatasetSpec spec);

    /// <summary>Returns the number of cells with rows; of tiles, which keys do not tell, that of order-0 pixels.</summary>
    internal abstract long CellsOf(Partition partition);

    /// <summary>Returns the tiles of the index, in the order of their rows.</summary>
    internal abstract IReadOnlyList<TileFile> TileFiles(string subset, Partition partition, int maxRows);
}
