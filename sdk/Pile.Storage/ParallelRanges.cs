namespace Pile.Storage;

/// <summary>Reads many ranges of a file with bounded parallelism.</summary>
internal static class ParallelRanges
{
    internal static async ValueTask ReadAsync(IRandomAccessFile file, ReadOnlyMemory<FileRange> ranges, int parallel,
        CancellationToken cancellationToken)
    {
        if (ranges.Length == 1)
            await file.ReadAsync(ranges.Span[0].OffsetBytes, ranges.Span[0].Destination, cancellationToken).ConfigureAwait(false);
        else
            await Parallel.ForAsync(0, ranges.Length,
                new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
                (i, token) => file.ReadAsync(ranges.Span[i].OffsetBytes, ranges.Span[i].Destination, token)).ConfigureAwait(false);
    }
}
