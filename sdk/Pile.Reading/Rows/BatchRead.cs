using System.Buffers;
using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Reads several rows at once: sorts the pieces of all columns by location, joins them into stretches, and reads each stretch
/// once.</summary>
/// <param name="columns">The columns of the batch.</param>
/// <param name="rows">Rows of the reader, in the caller's order.</param>
/// <param name="memory">Allocates the arrays.</param>
/// <param name="shards">The files.</param>
/// <param name="threads">The number of stretches read in parallel from a disk; null for all cores.</param>
internal sealed class BatchRead(ImmutableArray<RowColumn> columns, ReadOnlyMemory<int> rows, BatchMemory memory, PieceFiles shards,
    int? threads)
{
    // A block of a shuffle is one request; 32 rows of 184 kB are 5.9 MB.
    private const int LargestStretchBytes = 8 << 20;

    // From a disk, a stretch should fit into the processor's own cache for decoding, and be small enough to divide evenly among threads.
    private const int LargestLocalStretchBytes = 256 << 10;

    // Half a millisecond of a link of 1 Gbit/s, less than the cost of another request to a store with 32 requests in flight.
    private const int SmallGapBytes = 64 << 10;

    // From a disk, a system call costs less than copying more than this.
    private const int SmallLocalGapBytes = 4 << 10;

    // A larger gap is read only if the bytes of all gaps stay below this fraction of the bytes used.
    private const int UsedToGap = 20;

    // The approximate size of the buffers of all stretches in progress.
    private const long BytesAtOnce = 64 << 20;

    // From this size on, copying from a shared buffer costs more than a system call.
    private const int DirectFromBytes = 32 << 10;

    private readonly HeavyBatch?[] batches = [.. columns.Select(c => c.Batch(rows, memory))];

    private readonly record struct Part(int Source, long OffsetBytes, int StoredBytes, int Column, int Index, int Number, bool IsDirect);

    private readonly record struct Stretch(int First, int Count, long OffsetBytes, int Bytes);

    internal async Task<RowBatch> RunAsync(CancellationToken cancellationToken)
    {
        int partCount = CountParts();
        Part[] parts = ArrayPool<Part>.Shared.Rent(partCount);
        Stretch[] stretches = ArrayPool<Stretch>.Shared.Rent(partCount);
        try
        {
            Sort(parts, partCount);
            int stretchCount = Join(parts.AsSpan(0, partCount), stretches, out long bytes);
            int atOnce = Parallelism(stretchCount, bytes);
            if (atOnce == 1) // on the calling thread: a loader runs one such read per core
                for (int i = 0; i < stretchCount; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await ReadAsync(parts, stretches[i], cancellationToken).ConfigureAwait(false);
                }
            else
                await Parallel.ForAsync(0, stretchCount,
                    new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
                    (i, token) => ReadAsync(parts, stretches[i], token)).ConfigureAwait(false);
        }
        finally
        {
            // No read is in progress any more: the loop has waited for all reads that it started.
            ArrayPool<Part>.Shared.Return(parts);
            ArrayPool<Stretch>.Shared.Return(stretches);
        }
        foreach (HeavyBatch? batch in batches)
            if (batch?.Column is WindowColumn windows)
                await ReadWindowsAsync(windows, batch, cancellationToken).ConfigureAwait(false);
        return new RowBatch(columns.Select((column, i) => batches[i]?.Finish() ?? column.Take(rows.Span, memory)));
    }

    private async ValueTask ReadWindowsAsync(WindowColumn column, HeavyBatch batch, CancellationToken cancellationToken)
    {
        int[] present = [.. Enumerable.Range(0, rows.Length).Where(i => !column.IsNull(rows.Span[i]))];
        await column.ReadAsync(Array.ConvertAll(present, i => rows.Span[i]), i => batch.MemoryOf(present[i]), cancellationToken)
            .ConfigureAwait(false);
    }

    // Local reads cost processor time; requests cost waiting time and memory.
    private int Parallelism(int stretchCount, long bytes) => shards.Traits.IsLocal
        ? Math.Min(threads ?? Environment.ProcessorCount, memory.Threads ?? int.MaxValue)
        : (int)Math.Clamp(BytesAtOnce * stretchCount / Math.Max(bytes, 1), Math.Min(4, shards.Traits.ParallelRequests),
            shards.Traits.ParallelRequests);

    private int CountParts()
    {
        int count = 0;
        foreach (HeavyBatch? batch in batches)
            if (batch is not null)
                foreach (int row in rows.Span)
                    count += batch.Column.IsNull(row) ? 0 : batch.Column.PiecesOf(row).Length;
        return count;
    }

    private void Sort(Part[] parts, int partCount)
    {
        ReadOnlySpan<int> all = rows.Span;
        int next = 0;
        for (int column = 0; column < batches.Length; column++)
        {
            if (batches[column] is not { } batch)
                continue;
            for (int index = 0; index < all.Length; index++)
            {
                if (batch.Column.IsNull(all[index]))
                    continue;
                ReadOnlySpan<Piece> pieces = batch.Column.PiecesOf(all[index]);
                for (int number = 0; number < pieces.Length; number++)
                    parts[next++] = new Part(batch.Column.SourceOf(all[index]), pieces[number].OffsetBytes, pieces[number].StoredBytes,
                        column, index, number,
                        shards.Traits.IsLocal && pieces[number].StoredBytes >= DirectFromBytes && batch.Column.IsAsStored(all[index]));
            }
        }
        parts.AsSpan(0, partCount).Sort(static (a, b) => a.Source != b.Source ? a.Source.CompareTo(b.Source)
            : a.OffsetBytes.CompareTo(b.OffsetBytes));
    }

    private int Join(ReadOnlySpan<Part> parts, Span<Stretch> stretches, out long bytes)
    {
        int count = 0, largestBytes = shards.Traits.IsLocal ? LargestLocalStretchBytes : LargestStretchBytes;
        bytes = 0;
        for (int first = 0, next; first < parts.Length; first = next)
        {
            long start = parts[first].OffsetBytes, end = start + parts[first].StoredBytes, used = parts[first].StoredBytes;
            for (next = first + 1; next < parts.Length && !parts[first].IsDirect && !parts[next].IsDirect
                && parts[next].Source == parts[first].Source; next++)
            {
                ref readonly Part part = ref parts[next];
                long longer = Math.Max(end, part.OffsetBytes + part.StoredBytes);
                if (longer - start > largestBytes || !IsWorthwhile(part.OffsetBytes - end, part.OffsetBytes - start - used, used))
                    break;
                used += Math.Max(part.OffsetBytes + part.StoredBytes - end, 0); // a row that is requested twice is read once
                end = longer;
            }
            stretches[count++] = new Stretch(first, next - first, start, (int)(end - start));
            bytes += end - start;
        }
        return count;
    }

    private bool IsWorthwhile(long gapBytes, long allGapBytes, long usedBytes) =>
        gapBytes <= shards.Traits.GapBytes
            && (gapBytes <= (shards.Traits.IsLocal ? SmallLocalGapBytes : SmallGapBytes) || allGapBytes <= usedBytes / UsedToGap);

    private async ValueTask ReadAsync(Part[] parts, Stretch stretch, CancellationToken cancellationToken)
    {
        Part head = parts[stretch.First];
        if (head.IsDirect)
        {
            HeavyBatch batch = batches[head.Column]!;
            batch.Column.Read(rows.Span[head.Index], batch.BytesOf(head.Index));
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stretch.Bytes);
        try
        {
            for (bool isFirst = true; ; isFirst = false)
            {
                try
                {
                    await shards.ReadAsync(head.Source, stretch.OffsetBytes, buffer.AsMemory(0, stretch.Bytes), cancellationToken)
                        .ConfigureAwait(false);
                    Decode(parts.AsSpan(stretch.First, stretch.Count), stretch.OffsetBytes, buffer);
                    return;
                }
                catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
                {
                    throw batches[head.Column]!.Column.Unreadable(rows.Span[head.Index], e);
                }
                catch (PileException e) when (isFirst && !shards.Traits.IsLocal && HeavyColumn.IsDamage(e))
                {
                    // Bytes damaged in transit are correct the second time; bytes damaged in the shard are not.
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
            long used = 0, end = 0;
            foreach (Part part in parts) // in the order of their offsets; several rows may be in one chunk
            {
                used += part.OffsetBytes >= end ? part.StoredBytes : Math.Max(part.OffsetBytes + part.StoredBytes - end, 0);
                end = Math.Max(end, part.OffsetBytes + part.StoredBytes);
                HeavyBatch batch = batches[part.Column]!;
                batch.Column.Decode(rows.Span[part.Index], part.Number,
                    buffer.AsSpan((int)(part.OffsetBytes - offsetBytes), part.StoredBytes), scratch, batch.BytesOf(part.Index));
            }
            shards.CountUsed(used);
        }
        finally
        {
            shards.Return(scratch);
        }
    }
}
