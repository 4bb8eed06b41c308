using System.Buffers;
using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Reads some rows at once: the pieces of all columns, sorted by place and joined to spans, each span one read.</summary>
/// <param name="columns">The columns of the batch.</param>
/// <param name="rows">Rows of the reader, in the caller's order.</param>
/// <param name="memory">Where the values are put.</param>
/// <param name="shards">The files.</param>
/// <param name="threads">Spans read at once; null: all cores.</param>
internal sealed class BatchRead(ImmutableArray<RowColumn> columns, int[] rows, BatchMemory memory, ShardFiles shards, int? threads)
{
    private const int LargestSpanBytes = 4 << 20;

    // From this size on a copy out of a common buffer costs more than a system call.
    private const int DirectFromBytes = 32 << 10;

    private readonly HeavyBatch?[] batches = [.. columns.Select(c => c.Batch(rows, memory))];

    private readonly record struct Part(int Source, long OffsetBytes, int StoredBytes, int Column, int Index, int Number, bool IsDirect);

    private readonly record struct Span(int First, int Count, long OffsetBytes, int Bytes);

    internal async Task<RowBatch> RunAsync(CancellationToken cancellationToken)
    {
        Part[] parts = Sorted();
        await Parallel.ForEachAsync(Joined(parts), new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            (span, token) => ReadAsync(parts, span, token)).ConfigureAwait(false);
        return new RowBatch(columns.Select((column, i) => batches[i]?.Finish() ?? column.Take(rows)));
    }

    // Reads from a disk cost processor time; requests cost waiting.
    private int Parallelism => shards.Traits.IsLocal ? threads ?? Environment.ProcessorCount : shards.Traits.ParallelRequests;

    private Part[] Sorted()
    {
        List<Part> parts = [];
        for (int column = 0; column < batches.Length; column++)
        {
            if (batches[column] is not { } batch)
                continue;
            for (int index = 0; index < rows.Length; index++)
            {
                if (batch.Column.IsNull(rows[index]))
                    continue;
                ReadOnlySpan<Piece> pieces = batch.Column.PiecesOf(rows[index]);
                for (int number = 0; number < pieces.Length; number++)
                    parts.Add(new Part(batch.Column.SourceOf(rows[index]), pieces[number].OffsetBytes, pieces[number].StoredBytes, column, index, number,
                        shards.Traits.IsLocal && pieces[number].StoredBytes >= DirectFromBytes && batch.Column.IsAsStored(pieces)));
            }
        }
        Part[] sorted = [.. parts];
        Array.Sort(sorted, static (a, b) => a.Source != b.Source ? a.Source.CompareTo(b.Source) : a.OffsetBytes.CompareTo(b.OffsetBytes));
        return sorted;
    }

    private List<Span> Joined(Part[] parts)
    {
        List<Span> spans = [];
        for (int first = 0, next; first < parts.Length; first = next)
        {
            long start = parts[first].OffsetBytes, end = start + parts[first].StoredBytes;
            for (next = first + 1; next < parts.Length && !parts[first].IsDirect && !parts[next].IsDirect && parts[next].Source == parts[first].Source && parts[next].OffsetBytes - end <= shards.Traits.GapBytes; next++)
            {
                long longer = Math.Max(end, parts[next].OffsetBytes + parts[next].StoredBytes);
                if (longer - start > LargestSpanBytes)
                    break;
                end = longer;
            }
            spans.Add(new Span(first, next - first, start, (int)(end - start)));
        }
        return spans;
    }

    private async ValueTask ReadAsync(Part[] parts, Span span, CancellationToken cancellationToken)
    {
        Part head = parts[span.First];
        if (head.IsDirect)
        {
            HeavyBatch batch = batches[head.Column]!;
            batch.Column.Read(rows[head.Index], batch.BytesOf(head.Index));
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(span.Bytes);
        try
        {
            for (bool isFirst = true; ; isFirst = false)
            {
                try
                {
                    await shards.ReadAsync(head.Source, span.OffsetBytes, buffer.AsMemory(0, span.Bytes), cancellationToken).ConfigureAwait(false);
                    Decode(parts.AsSpan(span.First, span.Count), span.OffsetBytes, buffer);
                    return;
                }
                catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
                {
                    throw batches[head.Column]!.Column.Unreadable(rows[head.Index], e);
                }
                catch (ShardCorruptException) when (isFirst && !shards.Traits.IsLocal)
                {
                    // Bytes that were damaged on their way are right the second time; those of the shard itself are not.
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Decode(ReadOnlySpan<Part> parts, long offsetBytes, byte[] buffer)
    {
        PieceScratch scratch = shards.Rent();
        try
        {
            long used = 0;
            foreach (Part part in parts)
            {
                used += part.StoredBytes;
                HeavyBatch batch = batches[part.Column]!;
                batch.Column.Decode(rows[part.Index], part.Number, buffer.AsSpan((int)(part.OffsetBytes - offsetBytes), part.StoredBytes), scratch, batch.BytesOf(part.Index));
            }
            shards.CountUsed(used);
        }
        finally
        {
            shards.Return(scratch);
        }
    }
}
