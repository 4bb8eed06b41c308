using System.Buffers;
using System.Runtime.InteropServices;
using Pile.Codecs;
using Pile.Format;
using Pile.Storage;

namespace Pile.Rasters;

/// <summary>Blocks of a batch that are read and decoded together.</summary>
internal sealed partial class BlockWave(BlockPlan plan, RasterPool pool) : IDisposable
{
    private const int MaxRangeBytes = 8 << 20;

    // Cloud-optimized files have a few bytes between blocks.
    private const int SmallGapBytes = 1 << 10;

    // A larger gap of a remote file is read only if all gaps of the range stay below this fraction of the bytes needed.
    private const int NeededToGap = 20;

    // Rows that no window of the batch needs are decoded only if the block is smaller than this fraction of the limit.
    private const int LimitToBlock = 8;

    private readonly List<BlockTask> tasks = [];
    private readonly List<BlockRange> ranges = [];
    private byte[][] buffers = [];
    private long storedBytes, largestBuffer;

    /// <summary>The number of blocks that are decoded at the same time.</summary>
    private int Workers =>
        (int)Math.Clamp((pool.Work.LimitBytes - storedBytes) / Math.Max(largestBuffer, 1), 1, Environment.ProcessorCount);

    /// <summary>The bytes that the wave needs at the same time.</summary>
    internal long CostBytes => storedBytes + (Workers * largestBuffer);

    /// <summary>The file of the first block, for messages.</summary>
    internal string Location => plan.Windows[plan.Use(tasks[0].FirstUse).Window].Source.Unit.Location;

    /// <summary>Takes the next blocks of the plan, as many as fit into a part of the budget.</summary>
    /// <returns>Null if none is left. Dispose the wave, also after an error.</returns>
    internal static BlockWave? Next(BlockPlan plan, RasterPool pool)
    {
        long mostBytes = Math.Min(32 << 20, pool.Work.LimitBytes / 4);
        BlockWave wave = new(plan, pool);
        try
        {
            while (plan.HasNext && (wave.tasks.Count is 0 || wave.storedBytes < mostBytes))
            {
                BlockTask task = plan.Peek();
                if (!wave.TryAdd(task))
                    break;
                plan.Advance(task);
            }
        }
        catch
        {
            wave.Dispose();
            throw;
        }
        return wave.tasks.Count > 0 ? wave : null;
    }

    /// <summary>Reads the bytes of all blocks, those of different files in parallel.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        buffers = new byte[ranges.Count][];
        List<(int First, int Count)> files = [];
        for (int i = 0; i < ranges.Count; i++)
        {
            buffers[i] = ArrayPool<byte>.Shared.Rent((int)ranges[i].Bytes);
            if (i > 0 && SourceOf(i) == SourceOf(i - 1))
                files[^1] = (files[^1].First, files[^1].Count + 1);
            else
                files.Add((i, 1));
        }
        if (files.Count is 1)
            await ReadFileAsync(0, ranges.Count, cancellationToken).ConfigureAwait(false);
        else if (files.Count > 1)
            await Parallel.ForAsync(0, files.Count, new ParallelOptions
            {
                MaxDegreeOfParallelism = SourceOf(0).Unit.Store.Traits.ParallelRequests,
                CancellationToken = cancellationToken,
            }, (i, token) => ReadFileAsync(files[i].First, files[i].Count, token)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (byte[]? buffer in buffers)
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        buffers = [];
        foreach (BlockTask task in tasks)
            if (task.Kept is { } kept)
                pool.Blocks.Return(kept);
        tasks.Clear();
    }

    private BlockSource SourceOf(int range) => plan.Windows[ranges[range].Window].Source;

    /// <summary>Adds a block, unless it does not fit into the budget together with the others.</summary>
    private bool TryAdd(BlockTask task)
    {
        BlockUse use = plan.Use(task.FirstUse);
        RasterLevel level = plan.LevelOf(use);
        BlockSource source = plan.Windows[use.Window].Source;
        long rowBytes = level.RowBytes(plan.BandsOf(use)), size = level.Sizes![use.Block];
        int blockRow = use.Block % (level.BlocksAcross * level.BlocksDown) / level.BlocksAcross, rows = level.StoredRows(blockRow);
        source.RequireInside(use.OffsetBytes, size);
        long buffer = 0, cutBytes = size;
        StoreTraits traits = source.Unit.Store.Traits;
        if (level.IsPlain)
        {
            (task.OffsetBytes, size) = (use.OffsetBytes + (task.FirstRow * rowBytes), (task.EndRow - task.FirstRow) * rowBytes);
            cutBytes = size;
            if (task.EndRow * rowBytes > level.Sizes[use.Block])
                throw plan.Corrupt(use, $"it has {level.Sizes[use.Block]} bytes; expected {rows * rowBytes}");
        }
        else
        {
            (task.OffsetBytes, task.FirstRow) = (use.OffsetBytes, 0);
            task.Kept = pool.Blocks.TryUse(KeyOf(source, use), task.EndRow, out int keptRows);
            if (!level.HasPrefixes)
                task.EndRow = rows;
            task.NeededEndRow = task.EndRow;
            long most = Math.Min(RasterLayout.MaxBlockBytes, BlockDecoder.MostBytes(level.Codec, size));
            // All rows of a block that is wanted again, or will be, because the windows of the batch are neighbours.
            if ((keptRows > 0 || plan.IsDense) && rows * rowBytes <= Math.Min(most, pool.Work.LimitBytes / LimitToBlock))
                task.EndRow = rows;
            if (task.Kept is { } kept)
            {
                (task.EndRow, task.StoredBytes) = (kept.Rows, 0);
                tasks.Add(task);
                return true;
            }
            long wanted = task.EndRow * rowBytes;
            if (wanted > BlockDecoder.MostBytes(level.Codec, size))
                throw plan.Corrupt(use, $"{size} stored bytes cannot have {wanted} raw bytes");
            if (!traits.IsLocal && source.IsCutWorthwhile)
                cutBytes = level.CutBytes(wanted + ZlibDecompressor.CutRoomBytes, level.FilledRows(blockRow) * rowBytes, size);
            if (cutBytes < size)
                wanted += ZlibDecompressor.CutRoomBytes;
            buffer = BlockBuffers.SizeFor(BlockDecoder.BufferBytes(level.Codec, wanted + level.InnerChecksumBytes,
                (rows * rowBytes) + level.InnerChecksumBytes))
                * (level.IsShuffled ? 2 : 1);
        }
        if (Math.Max(size, buffer) > RasterLayout.MaxBlockBytes)
            throw new MemoryLimitException($"{source.Unit.Location}: rows {task.FirstRow} to {task.EndRow - 1} of a block with rows of "
                + $"{rowBytes} bytes exceed {RasterLayout.MaxBlockBytes} bytes. Read a smaller window, or rewrite the file with tiles.");
        if (tasks.Count > 0 && storedBytes + traits.GapBytes + size + Math.Max(largestBuffer, buffer) > pool.Work.LimitBytes)
            return false;
        (task.StoredBytes, task.WholeBytes) = ((int)cutBytes, (int)size);
        largestBuffer = Math.Max(largestBuffer, buffer);
        AddRange(ref task, use, traits);
        tasks.Add(task);
        return true;
    }

    /// <summary>Extends the last range, or begins one.</summary>
    private void AddRange(ref BlockTask task, in BlockUse use, StoreTraits traits)
    {
        // A beginning may need the rest of its block after all.
        storedBytes += task.WholeBytes - task.StoredBytes;
        if (ranges.Count == 0 || plan.Windows[ranges[^1].Window].SourceIndex != use.Source || !TryExtend(task, traits))
        {
            ranges.Add(new BlockRange(use.Window, task.OffsetBytes, task.StoredBytes, 0));
            storedBytes += task.StoredBytes;
        }
        task.Range = ranges.Count - 1;
    }

    private bool TryExtend(in BlockTask task, StoreTraits traits)
    {
        BlockRange last = ranges[^1];
        ref BlockTask before = ref CollectionsMarshal.AsSpan(tasks)[^1];
        long end = task.OffsetBytes + task.StoredBytes;
        // The rest of a block is no gap: it costs less than another request.
        int rest = before.IsCut && before.OffsetBytes + before.StoredBytes == last.OffsetBytes + last.Bytes
            ? before.WholeBytes - before.StoredBytes : 0;
        if (task.OffsetBytes < last.OffsetBytes || end - last.OffsetBytes > MaxRangeBytes
            || task.OffsetBytes - last.OffsetBytes - last.Bytes - rest is var gap && !IsWorthwhile(gap, last, task.StoredBytes, traits))
            return false;
        if (rest > 0)
            before.StoredBytes = before.WholeBytes;
        long bytes = Math.Max(last.Bytes + rest, end - last.OffsetBytes);
        storedBytes += bytes - last.Bytes - rest;
        ranges[^1] = last with { Bytes = bytes, GapBytes = last.GapBytes + Math.Max(gap, 0) };
        return true;
    }

    private static bool IsWorthwhile(long gapBytes, in BlockRange range, long moreBytes, StoreTraits traits) => gapBytes <= SmallGapBytes
        || (gapBytes <= traits.GapBytes
            && (traits.IsLocal || range.GapBytes + gapBytes <= (range.Bytes - range.GapBytes + moreBytes) / NeededToGap));

    private ValueTask ReadFileAsync(int first, int count, CancellationToken cancellationToken)
    {
        FileRange[] parts = new FileRange[count];
        for (int i = 0; i < count; i++)
        {
            BlockRange range = ranges[first + i];
            parts[i] = new FileRange(range.OffsetBytes, buffers[first + i].AsMemory(0, (int)range.Bytes));
            pool.CountRead(range.Bytes, range.Bytes - range.GapBytes);
        }
        return ReadAsync(SourceOf(first), parts, cancellationToken);
    }

    private async ValueTask ReadAsync(BlockSource source, FileRange[] parts, CancellationToken cancellationToken)
    {
        try
        {
            using FileLease lease = await pool.Files.OpenAsync(source.Unit, cancellationToken).ConfigureAwait(false);
            foreach (FileRange part in parts)
                source.RequireInside(part.OffsetBytes, part.Destination.Length, lease.File.LengthBytes);
            await lease.File.ReadRangesAsync(parts, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // A file of a remote store is opened without a request: the first read finds that it is missing or shorter.
            throw new SourceUnreadableException(source.Unit.Location, e is FileNotFoundException ? "the file is missing"
                : e.Message.TrimEnd('.'), "If the file was changed, index it again; if it was moved, mount its new place", e);
        }
    }

    private static BlockKey KeyOf(BlockSource source, in BlockUse use) => new(source.Key, use.Level, use.Block);
}
