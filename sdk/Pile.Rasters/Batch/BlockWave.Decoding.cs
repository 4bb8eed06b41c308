using System.Buffers;
using System.Collections.Concurrent;
using Pile.Codecs;
using Pile.Format;
using Pile.Storage;

namespace Pile.Rasters;

/// <content>Decodes the blocks that were read.</content>
internal sealed partial class BlockWave
{
    // Blocks of which more must be read than their beginning.
    private readonly ConcurrentQueue<int> tooShort = new();

    /// <summary>Decodes all blocks on all cores, and copies their rows into the windows.</summary>
    internal async ValueTask DecodeAsync(CancellationToken cancellationToken)
    {
        if (tasks.Count is 1)
            Decode(0);
        else
            await Parallel.ForAsync(0, tasks.Count, new ParallelOptions
            {
                MaxDegreeOfParallelism = Workers,
                CancellationToken = cancellationToken,
            }, (i, _) =>
            {
                Decode(i);
                return default;
            }).ConfigureAwait(false);
        if (!tooShort.IsEmpty)
            await Parallel.ForEachAsync(tooShort, new ParallelOptions
            {
                MaxDegreeOfParallelism = Workers,
                CancellationToken = cancellationToken,
            }, ReadRestAsync).ConfigureAwait(false);
    }

    private void Decode(int number)
    {
        BlockTask task = tasks[number];
        if (task.Kept is { } kept)
            Decode(task, kept.Bytes, kept.IsRestored);
        else
            try
            {
                Decode(task, StoredOf(task), isRestored: false);
                if (task.IsCut)
                    SourceOf(task.Range).CountCut(suffices: true);
            }
            catch (SourceUnreadableException) when (task.IsCut)
            {
                SourceOf(task.Range).CountCut(suffices: false);
                tooShort.Enqueue(number);
            }
    }

    private ReadOnlySpan<byte> StoredOf(in BlockTask task) =>
        buffers[task.Range].AsSpan((int)(task.OffsetBytes - ranges[task.Range].OffsetBytes), task.StoredBytes);

    private async ValueTask ReadRestAsync(int number, CancellationToken cancellationToken)
    {
        BlockTask task = tasks[number];
        byte[] whole = ArrayPool<byte>.Shared.Rent(task.WholeBytes);
        try
        {
            StoredOf(task).CopyTo(whole);
            int missing = task.WholeBytes - task.StoredBytes;
            pool.CountRead(missing, missing);
            await ReadAsync(SourceOf(task.Range), [new FileRange(task.OffsetBytes + task.StoredBytes, whole.AsMemory(task.StoredBytes,
                missing))], cancellationToken).ConfigureAwait(false);
            task.StoredBytes = task.WholeBytes;
            Decode(task, whole.AsSpan(0, task.WholeBytes), isRestored: false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>Decodes a block, and copies its rows into the windows.</summary>
    /// <param name="task">The block.</param>
    /// <param name="bytes">Its stored bytes, or its rows if they are kept in the pool.</param>
    /// <param name="isRestored">True if the predictor and the byte order of kept rows are undone.</param>
    private void Decode(in BlockTask task, ReadOnlySpan<byte> bytes, bool isRestored)
    {
        BlockUse use = plan.Use(task.FirstUse);
        RasterLevel level = plan.LevelOf(use);
        BlockDecoder decoder = pool.Rent();
        try
        {
            if (task.Kept is not null || level.IsPlain)
                CopyUses(decoder, task, bytes, isRestored);
            else
                DecompressOnce(decoder, task, use, level, bytes);
        }
        catch (CodecException e)
        {
            throw plan.Corrupt(use, e.Message, e);
        }
        finally
        {
            pool.Return(decoder);
        }
    }

    /// <summary>Decompresses a block, unless a concurrent batch has done it since the wave was planned, or is doing it.</summary>
    private void DecompressOnce(BlockDecoder decoder, in BlockTask task, in BlockUse use, RasterLevel level, ReadOnlySpan<byte> stored)
    {
        BlockKey key = KeyOf(plan.Windows[use.Window].Source, use);
        if (pool.Blocks.UseOrBeginDecoding(key, task.NeededEndRow) is { } kept)
            try
            {
                CopyUses(decoder, task, kept.Bytes, kept.IsRestored);
            }
            finally
            {
                pool.Blocks.Return(kept);
            }
        else
            try
            {
                Decompress(decoder, task, use, level, stored);
            }
            finally
            {
                pool.Blocks.EndDecoding(key);
            }
    }

    private void Decompress(BlockDecoder decoder, in BlockTask task, in BlockUse use, RasterLevel level, ReadOnlySpan<byte> stored)
    {
        int rowBytes = (int)level.RowBytes(plan.BandsOf(use)), endRow = task.EndRow;
        int blockRow = use.Block % (level.BlocksAcross * level.BlocksDown) / level.BlocksAcross;
        int room = task.IsCut ? ZlibDecompressor.CutRoomBytes : level.InnerChecksumBytes;
        int bufferBytes = (int)BlockDecoder.BufferBytes(level.Codec, ((long)endRow * rowBytes) + room,
            ((long)level.StoredRows(blockRow) * rowBytes) + level.InnerChecksumBytes);
        byte[] buffer = pool.Buffers.Rent(bufferBytes);
        bool isHandedOver = false;
        try
        {
            if (level.HasFletcher32)
                stored = Fletcher32.Verify(stored);
            try
            {
                decoder.Decompress(level.Codec, stored, (endRow * rowBytes) + room, buffer.AsSpan(0, bufferBytes));
            }
            catch (CodecException) when (task.NeededEndRow < endRow) // more was decoded than is needed: the rest may be corrupt
            {
                endRow = task.NeededEndRow;
                decoder.Decompress(level.Codec, stored, endRow * rowBytes, buffer.AsSpan(0, bufferBytes));
            }
            if (level.IsShuffled)
                buffer = Unshuffled(buffer, (endRow * rowBytes) + level.InnerChecksumBytes, level.BitsPerSample / 8);
            if (level.HasInnerFletcher32)
                Fletcher32.Verify(buffer.AsSpan(0, (endRow * rowBytes) + Fletcher32.Bytes));
            // A row that several windows use is restored once for all of them; otherwise only the columns that a window needs.
            bool isRestored = use.Level >= 0 && task.UsedRows >= 2L * endRow;
            BlockSource source = plan.Windows[use.Window].Source;
            if (isRestored)
                decoder.RestoreRows(buffer.AsSpan(0, endRow * rowBytes), rowBytes, level, source.Layout);
            CopyUses(decoder, task, buffer, isRestored);
            isHandedOver = true;
            pool.Blocks.Add(KeyOf(source, use), buffer, endRow, isRestored);
        }
        finally
        {
            if (!isHandedOver)
                pool.Buffers.Return(buffer);
        }
    }

    // Exchanges a rented buffer for another one.
    private byte[] Unshuffled(byte[] shuffled, int bytes, int elementBytes)
    {
        byte[] elements = pool.Buffers.Rent(bytes);
        Shuffle.Undo(shuffled.AsSpan(0, bytes), elementBytes, elements.AsSpan(0, bytes));
        pool.Buffers.Return(shuffled);
        return elements;
    }

    private void CopyUses(BlockDecoder decoder, in BlockTask task, ReadOnlySpan<byte> rows, bool isRestored)
    {
        for (int i = task.FirstUse; i < task.FirstUse + task.Uses; i++)
        {
            BlockUse use = plan.Use(i);
            if (use.Level >= 0)
                WindowPixels.Copy(decoder, plan.Windows[use.Window], use.Slot, use.Block, rows, task.FirstRow, isRestored);
            else
                WindowPixels.CopyMask(decoder, plan.Windows[use.Window], use.Block, rows, task.FirstRow);
        }
    }
}
