using System.Collections.Immutable;

namespace Pile.Reading;

/// <summary>The rows of a reader as runs of consecutive rows of a shard, which are read from the first byte to the last.</summary>
internal sealed class RowRuns
{
    // The operating system reads ahead in parts that grow from 1 MiB to 8 MiB, and starts anew with each run: reading runs of 16 MiB from a
    // disk is a fifth slower than reading runs of 32 MiB.
    private const long LargestBytes = 32 << 20;

    // Runs that are shorter on average are random rows, or columns interleaved with others.
    private const long SmallestMeanBytes = 1 << 20;

    private readonly int[] firstRows;
    private readonly long[] bytesBefore;
    private readonly RowRun[] runs;

    private readonly ImmutableArray<HeavyColumn> columns;
    private readonly PieceFiles shards;

    private RowRuns(RowRun[] runs, ImmutableArray<HeavyColumn> columns, PieceFiles shards)
    {
        (this.runs, this.columns, this.shards) = (runs, columns, shards);
        firstRows = [0, .. runs.Skip(1).Select(r => r.FirstRow)]; // rows before the first with bytes belong to its run
        bytesBefore = new long[runs.Length + 1];
        for (int i = 0; i < runs.Length; i++)
            bytesBefore[i + 1] = bytesBefore[i] + runs[i].EndBytes - runs[i].StartBytes;
    }

    /// <summary>The number of runs.</summary>
    internal int Count => runs.Length;

    /// <summary>The size of all runs.</summary>
    internal long Bytes => bytesBefore[^1];

    /// <summary>Divides rows into runs, in their order.</summary>
    /// <returns>Null if the rows are not consecutive on the disk.</returns>
    internal static RowRuns? Of(ImmutableArray<HeavyColumn> columns, int rowCount, PieceFiles shards)
    {
        List<RowRun> found = [];
        for (int row = 0; row < rowCount; row++)
            Append(found, columns, row, shards);
        return AreLong(found.Sum(r => r.EndBytes - r.StartBytes), found.Count) ? new RowRuns([.. found], columns, shards) : null;
    }

    /// <summary>Appends a row to the last run if it is consecutive, or starts a new run.</summary>
    internal static void Append(List<RowRun> runs, ImmutableArray<HeavyColumn> columns, int row, PieceFiles shards)
    {
        if (!TryPlace(columns, row, shards, out int source, out long start, out long end))
            return;
        if (runs is [.., var last] && last.Source == source && start >= last.EndBytes && start - last.EndBytes <= shards.Traits.GapBytes
            && end - last.StartBytes <= LargestBytes)
            runs[^1] = last with { EndBytes = end };
        else
            runs.Add(new RowRun(row, source, start, end));
    }

    /// <summary>Returns whether runs are long enough that reading them ahead is faster.</summary>
    internal static bool AreLong(long bytes, int count) => count > 0 && bytes / count >= SmallestMeanBytes;

    /// <summary>Returns the run of a row.</summary>
    internal int IndexOf(int row) => Array.BinarySearch(firstRows, row) is var at && at >= 0 ? at : ~at - 1;

    /// <summary>Returns the run of a row, counted over all epochs.</summary>
    internal long NumberOf(int epoch, int row) => ((long)epoch * Count) + IndexOf(row);

    /// <summary>Returns the number of bytes from the start of a row's run to the row's last byte.</summary>
    internal long BytesUpTo(int row) => TryPlace(columns, row, shards, out _, out _, out long end)
        ? end - runs[IndexOf(row)].StartBytes : 0;

    /// <summary>Returns the number of bytes of all runs before one.</summary>
    internal long BytesBefore(int run) => bytesBefore[run];

    /// <summary>Returns a run.</summary>
    internal RowRun Of(int run) => runs[run];

    // False if the row has no bytes, or if its bytes are outside the shard, which is reported when the row is read.
    private static bool TryPlace(ImmutableArray<HeavyColumn> columns, int row, PieceFiles shards, out int source, out long start,
        out long end)
    {
        (source, start, end) = (-1, long.MaxValue, 0);
        foreach (HeavyColumn column in columns)
        {
            if (column.IsNull(row))
                continue;
            if (source >= 0 && source != column.SourceOf(row))
                return false; // in several files outside the dataset
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
