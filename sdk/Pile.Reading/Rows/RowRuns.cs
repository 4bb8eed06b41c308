using System.Collections.Immutable;

namespace Pile.Reading;

/// <summary>The rows of a reader as runs: rows that follow each other in one shard, so that a run is read from its first byte to its
/// last.</summary>
internal sealed class RowRuns
{
    // The system reads ahead in parts that grow from 1 MiB to 8, and begins anew with each run: runs of 16 MiB come a fifth slower from a
    // disk than those of 32.
    private const long LargestBytes = 32 << 20;

    // Shorter ones on average are rows at random, or columns of which others lie between.
    private const long SmallestMeanBytes = 1 << 20;

    private readonly int[] firstRows;
    private readonly long[] bytesBefore;
    private readonly RowRun[] runs;

    private readonly ImmutableArray<HeavyColumn> columns;
    private readonly ShardFiles shards;

    private RowRuns(RowRun[] runs, ImmutableArray<HeavyColumn> columns, ShardFiles shards)
    {
        (this.runs, this.columns, this.shards) = (runs, columns, shards);
        firstRows = [0, .. runs.Skip(1).Select(r => r.FirstRow)]; // rows before the first that has bytes are of its run
        bytesBefore = new long[runs.Length + 1];
        for (int i = 0; i < runs.Length; i++)
            bytesBefore[i + 1] = bytesBefore[i] + runs[i].EndBytes - runs[i].StartBytes;
    }

    /// <summary>How many there are.</summary>
    internal int Count => runs.Length;

    /// <summary>Bytes of all.</summary>
    internal long Bytes => bytesBefore[^1];

    /// <summary>Cuts rows into runs, in their order.</summary>
    /// <returns>Null where the rows do not follow each other on the disk.</returns>
    internal static RowRuns? Of(ImmutableArray<HeavyColumn> columns, int rowCount, ShardFiles shards)
    {
        List<RowRun> found = [];
        for (int row = 0; row < rowCount; row++)
            Append(found, columns, row, shards);
        return AreLong(found.Sum(r => r.EndBytes - r.StartBytes), found.Count) ? new RowRuns([.. found], columns, shards) : null;
    }

    /// <summary>Puts a row behind the last run, into it where it follows.</summary>
    internal static void Append(List<RowRun> runs, ImmutableArray<HeavyColumn> columns, int row, ShardFiles shards)
    {
        if (!TryPlace(columns, row, shards, out int source, out long start, out long end))
            return;
        if (runs is [.., var last] && last.Source == source && start >= last.EndBytes && start - last.EndBytes <= shards.Traits.GapBytes
            && end - last.StartBytes <= LargestBytes)
            runs[^1] = last with { EndBytes = end };
        else
            runs.Add(new RowRun(row, source, start, end));
    }

    /// <summary>True where runs are so long that the disk gives more when they are read ahead of their rows.</summary>
    internal static bool AreLong(long bytes, int count) => count > 0 && bytes / count >= SmallestMeanBytes;

    /// <summary>The run that a row is in.</summary>
    internal int IndexOf(int row) => Array.BinarySearch(firstRows, row) is var at && at >= 0 ? at : ~at - 1;

    /// <summary>The run that a row is in, counted through all epochs.</summary>
    internal long NumberOf(int epoch, int row) => ((long)epoch * Count) + IndexOf(row);

    /// <summary>Bytes of a row's run from its first one to the row's last.</summary>
    internal long BytesUpTo(int row) => TryPlace(columns, row, shards, out _, out _, out long end)
        ? end - runs[IndexOf(row)].StartBytes : 0;

    /// <summary>Bytes of all runs before one.</summary>
    internal long BytesBefore(int run) => bytesBefore[run];

    /// <summary>Where a run lies.</summary>
    internal RowRun Of(int run) => runs[run];

    // False where the row has no bytes, or claims some that are not in its shard, which is said when it is read.
    private static bool TryPlace(ImmutableArray<HeavyColumn> columns, int row, ShardFiles shards, out int source, out long start,
        out long end)
    {
        (source, start, end) = (-1, long.MaxValue, 0);
        foreach (HeavyColumn column in columns)
        {
            if (column.IsNull(row))
                continue;
            source = column.SourceOf(row);
            if ((uint)source >= (uint)shards.Count)
                return false;
            foreach (ref readonly Piece piece in column.PiecesOf(row))
            {
                if (piece.OffsetBytes < 0 || piece.StoredBytes < 0 || piece.OffsetBytes > shards.BytesOf(source) - piece.StoredBytes)
                    return false;
                start = Math.Min(start, piece.OffsetBytes);
                end = Math.Max(end, piece.OffsetBytes + piece.StoredBytes);
            }
        }
        return start < end;
    }
}
