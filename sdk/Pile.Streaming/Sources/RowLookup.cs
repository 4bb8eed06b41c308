using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Looks up the locations of a dataset's rows as long as the source is used. Safe for concurrent use.</summary>
/// <remarks>
/// All rows of a local dataset are looked up at the first read. For a remote dataset the first consecutive rows are looked up separately,
/// and four times as many each time that a read exceeds them. All rows are looked up when these exceed a sixteenth of the rows, or for
/// scattered rows. So the first rows do not wait for the whole index.
/// </remarks>
/// <param name="query">The columns and the view.</param>
/// <param name="positions">The positions in the index; null for all rows.</param>
internal sealed class RowLookup(Query query, long[]? positions)
{
    private const int Growth = 4;

    // Looking up single rows costs more than their share of a look-up of all rows; this limits the total.
    private const int LargestPart = 16;

    private readonly Lock opening = new();
    private readonly List<(long First, long End, Task<RowReader> Reader)> parts = [];
    private readonly long rowCount = positions?.LongLength ?? query.Dataset.Manifest.Rows;
    private Task<RowReader>? all;

    /// <summary>Returns a reader of all rows.</summary>
    internal Task<RowReader> All()
    {
        lock (opening)
        {
            if (all is null or { IsFaulted: true } or { IsCanceled: true })
            {
                all = query.Dataset.BeginShared(token => positions is null ? query.Dataset.OpenRowsAsync(query, null, token)
                    : query.Dataset.OpenRowsByPositionAsync(positions, query, null, token));
                parts.Clear();
            }
            return all;
        }
    }

    /// <summary>Returns a reader of some rows, and the number of its first row.</summary>
    internal async Task<(RowReader Reader, long First)> OfAsync(ReadOnlyMemory<long> rows, CancellationToken cancellationToken)
    {
        (Task<RowReader> reader, long first) = Of(rows.Span);
        return (await reader.WaitAsync(cancellationToken).ConfigureAwait(false), first);
    }

    private (Task<RowReader> Reader, long First) Of(ReadOnlySpan<long> rows)
    {
        lock (opening)
        {
            if (all is not null || rows.IsEmpty || query.Dataset.Store.Traits.IsLocal)
                return (All(), 0);
            long first = long.MaxValue, end = 0;
            foreach (long row in rows)
                (first, end) = (Math.Min(first, row), Math.Max(end, row + 1));
            parts.RemoveAll(p => p.Reader.IsFaulted || p.Reader.IsCanceled);
            foreach ((long partFirst, long partEnd, Task<RowReader> reader) in parts)
                if (first >= partFirst && end <= partEnd)
                    return (reader, partFirst);
            long count = Math.Max(end - first, parts.Count == 0 ? 0 : Growth * (parts[^1].End - parts[^1].First));
            if (end - first > Growth * (long)rows.Length || count > rowCount / LargestPart)
                return (All(), 0);
            end = Math.Min(first + count, rowCount);
            IEnumerable<long> part = positions is null ? Numbers(first, end) : positions[(int)first..(int)end];
            parts.Add((first, end,
                query.Dataset.BeginShared(token => query.Dataset.OpenRowsByPositionAsync(part, query, null, token))));
            return (parts[^1].Reader, first);
        }
    }

    private static IEnumerable<long> Numbers(long first, long end)
    {
        for (long row = first; row < end; row++)
            yield return row;
    }
}
