using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pile.Reading;

/// <summary>Reads ahead of whoever reads rows of many places together, and then those of others: each time the blocks that they make, by
/// place on the disk.</summary>
/// <param name="columns">What is read of a row.</param>
/// <param name="shards">The files.</param>
internal sealed class ShuffledReadAhead(ImmutableArray<HeavyColumn> columns, ShardFiles shards) : ReadAhead(shards, 0, SmallPartBytes)
{
    // How much the system reads ahead at first it takes from the first two parts, in single pages of memory; later it reads more each time,
    // in larger pages. Beginning with 256 KiB it has
    // hardly come to those when a block of 6 MB ends: plain reads of such blocks then give 0.72 of what the disk gives, and so 0.9. To ask
    // for blocks by posix_fadvise gives half: all single pages.
    private const int SmallPartBytes = 16 << 10;

    // More could drive out of the system's cache what was read first, before it is used.
    private const long MostBytes = 256 << 20;

    private readonly List<RowRun> runs = [];
    private int[] sorted = [];

    /// <inheritdoc/>
    internal override Task ReachAsync(int epoch, ReadOnlyMemory<long> rows)
    {
        Cut(rows.Span);
        long bytes = 0;
        foreach (ref readonly RowRun run in CollectionsMarshal.AsSpan(runs))
            bytes += run.EndBytes - run.StartBytes;
        if (!RowRuns.AreLong(bytes, runs.Count) || bytes > MostBytes)
            return Task.CompletedTask;
        long first = NextRun;
        foreach (RowRun run in runs)
            Begin(run);
        return WhenThere(first, NextRun - 1, long.MaxValue);
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
