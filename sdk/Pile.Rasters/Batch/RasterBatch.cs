using System.Buffers;
using Pile.Format;

namespace Pile.Rasters;

/// <summary>Reads many windows of many rasters: each block is read and decoded once, blocks that are neighbours in a file are read
/// together, and all cores decode.</summary>
/// <remarks>The blocks are read and decoded in waves, in the order of the files. While a wave is decoded, the next one is read if the
/// pool's budget allows.</remarks>
internal static class RasterBatch
{
    /// <summary>Reads windows.</summary>
    /// <param name="pool">The pool with which the sources were opened.</param>
    /// <param name="reads">The windows; their destinations must not overlap.</param>
    /// <param name="cancellationToken">Cancels the read; the content of the destinations is then undefined.</param>
    /// <exception cref="ArgumentException">A window is not inside its raster, or a destination has another size than its
    /// window.</exception>
    /// <exception cref="SourceUnreadableException">A file is corrupt; the message names the block.</exception>
    /// <exception cref="MemoryLimitException">A block does not fit into the pool.</exception>
    /// <exception cref="Storage.StoreException">A store denies a request or fails.</exception>
    internal static async ValueTask ReadAsync(RasterPool pool, ReadOnlyMemory<RasterRead> reads,
        CancellationToken cancellationToken = default)
    {
        foreach (RasterRead read in reads.Span)
            Require(read);
        List<WindowRead> windows = new(reads.Length);
        List<byte[]> scratch = [];
        try
        {
            Dictionary<BlockSource, int> sources = [];
            for (int i = 0; i < reads.Length; i++)
                if (reads.Span[i].Source is BlockSource source)
                    Add(reads.Span[i], source, sources, windows, scratch);
                else
                    await ReadOneAsync(reads.Span[i], cancellationToken).ConfigureAwait(false);
            await RunAsync(new BlockPlan(windows), pool, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < windows.Count; i++)
                if (!windows[i].Valid.IsEmpty)
                    Validity.Finish(windows[i], i + 1 < windows.Count ? windows[i + 1].Pixels : default);
        }
        finally
        {
            foreach (byte[] buffer in scratch)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Require(in RasterRead read)
    {
        string location = (read.Source as BlockSource)?.Unit.Location ?? read.Source.Layout.Driver;
        read.Request.Require(read.Source.Layout, location);
        long pixels = read.Request.Pixels, bytes = pixels * read.Source.Layout.DType.ElementBytes();
        if (read.Destination.IsEmpty && read.Valid.IsEmpty)
            throw new ArgumentException($"{location}: a read must have a destination.");
        if ((!read.Destination.IsEmpty && read.Destination.Length != bytes) || (!read.Valid.IsEmpty && read.Valid.Length != pixels))
            throw new ArgumentException($"{location}: the destinations have {read.Destination.Length} and {read.Valid.Length} bytes; the "
                + $"window has {bytes} bytes and {pixels} pixels.");
    }

    /// <summary>Adds a window. Validity needs the pixels if they can be nodata or NaN, and the alpha band as a window of its own.</summary>
    private static void Add(in RasterRead read, BlockSource source, Dictionary<BlockSource, int> sources, List<WindowRead> windows,
        List<byte[]> scratch)
    {
        if (!sources.TryGetValue(source, out int number))
            sources.Add(source, number = sources.Count);
        Memory<byte> pixels = read.Destination;
        if (pixels.IsEmpty && Validity.NeedsPixels(source.Layout, read.Request))
            pixels = Scratch(read.Request.Pixels);
        windows.Add(new WindowRead(source, number, read.Request, pixels, read.Valid));
        if (!read.Valid.IsEmpty && Validity.AlphaOf(source.Layout, read.Request) is { } alpha)
            windows.Add(new WindowRead(source, number, read.Request with { Bands = new[] { alpha } },
                Scratch((long)read.Request.Width * read.Request.Height), default));

        Memory<byte> Scratch(long elements)
        {
            long bytes = elements * source.Layout.DType.ElementBytes();
            if (bytes > Array.MaxLength)
                throw new MemoryLimitException($"{source.Unit.Location}: a window of {bytes} bytes is too large. Read smaller windows.");
            scratch.Add(ArrayPool<byte>.Shared.Rent((int)bytes));
            return scratch[^1].AsMemory(0, (int)bytes);
        }
    }

    private static async ValueTask ReadOneAsync(RasterRead read, CancellationToken cancellationToken)
    {
        if (!read.Destination.IsEmpty)
            await read.Source.ReadAsync(read.Request, read.Destination, cancellationToken).ConfigureAwait(false);
        if (!read.Valid.IsEmpty)
            await read.Source.ReadValidAsync(read.Request, read.Valid, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask RunAsync(BlockPlan plan, RasterPool pool, CancellationToken cancellationToken)
    {
        Validity.Begin(plan.Windows);
        for (BlockWave? wave = await StartAsync(null).ConfigureAwait(false); wave is not null;)
        {
            BlockWave? next = null;
            Task? reading = null;
            try
            {
                next = BlockWave.Next(plan, pool);
                if (next is not null && pool.Work.TryTake(next.CostBytes))
                    reading = next.ReadAsync(cancellationToken);
                await wave.DecodeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await DiscardAsync(next, reading).ConfigureAwait(false);
                throw;
            }
            finally
            {
                End(wave);
            }
            wave = await StartAsync(next, reading).ConfigureAwait(false);
        }

        // Waits until a wave is read; the first one if none is given. Ends it after an error.
        async ValueTask<BlockWave?> StartAsync(BlockWave? wave, Task? reading = null)
        {
            bool isFirst = wave is null && reading is null && plan.HasNext;
            if (isFirst)
                wave = BlockWave.Next(plan, pool);
            if (wave is null)
                return null;
            bool isTaken = reading is not null;
            try
            {
                if (!isTaken)
                    await pool.Work.TakeAsync(wave.CostBytes, wave.Location, cancellationToken).ConfigureAwait(false);
                isTaken = true;
                await (reading ?? wave.ReadAsync(cancellationToken)).ConfigureAwait(false);
                return wave;
            }
            catch
            {
                if (isTaken)
                    End(wave);
                else
                    wave.Dispose();
                throw;
            }
        }

        async ValueTask DiscardAsync(BlockWave? wave, Task? reading)
        {
            if (reading is not null)
                await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (wave is not null && reading is not null)
                End(wave);
            else
                wave?.Dispose();
        }

        void End(BlockWave wave)
        {
            long bytes = wave.CostBytes;
            wave.Dispose();
            pool.Work.Release(bytes);
        }
    }
}
