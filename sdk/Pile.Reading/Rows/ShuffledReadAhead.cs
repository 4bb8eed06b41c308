using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pile.Reading;

/// <summary>Reads ahead of a caller that reads scattered groups of rows: the runs of each group, in the order of their locations.</summary>
/// <param name="columns">The columns to read.</param>
/// <param name="shards">The files.</param>
internal sealed class ShuffledReadAhead(ImmutableArray<HeavyColumn> columns, PieceFiles shards) : ReadAhead(shards, 0, SmallPartBytes)
{
    // The operating system derives the size of its first read-ahead from the first two reads, in single pages of memory; later it reads
    // more each time, in larger pages. If a block of 6 MB begins with reads of 256 KiB, it ends before the system uses larger pages: such
    // reads reach 0.72 of the disk's rate, small first reads 0.9. Announcing blocks with posix_fadvise reaches half, because
    // it uses single pages only.
    private const int SmallPartBytes = 16 << 10;

    // More could evict pages from the page cache that were read first, before they are used.
    private const long MaxBytes = 256 << 20;

    private readonly List<RowRun> runs = [];
    private int[] sorted = [];

    /// <inheritdoc/>
    internal override Task ReachAsync(int epoch, ReadOnlyMemory<long> rows)
    {
        Cut(rows.Span);
        long bytes = 0;
        foreach (ref readonly RowRun run in CollectionsMarshal.AsSpan(runs))
            bytes += run.EndBytes - run.StartBytes;
        if (!RowRuns.AreLong(bytes, runs.Count) || bytes > MaxBytes)
            return Task.CompletedTask;
        long first = NextRun;
        foreach (RowRun run in runs)
            Begin(run);
        return WhenRead(first, NextRun - 1, long.MaxValue);
    }

    private void Cut(ReadOnlySpan<long> rows)
    {
        if (sorted.Length < rows.Length)
            sorted = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            sorted[i] = (int)rows[i];
        sorted.AsSpan(0, rows.Length).Sort();
        runs.Clear();
        foreach (int row in sorted.AsSpan(0, rows.Length))
            RowRuns.Append(runs, columns, row, Shards);
    }
}
