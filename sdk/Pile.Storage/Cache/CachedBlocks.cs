using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Reads a remote file in blocks and stores them in the cache. Thread-safe.</summary>
/// <remarks>
/// The cache is not trusted: the caller checks each block when it is read, and a block that fails the check is fetched again.
/// So processes that share a cache need no lock, and a partly written block counts as missing.
/// </remarks>
internal sealed class CachedBlocks
{
    private const long LargestRequestBytes = 16 << 20;

    private readonly FileCache cache;
    private readonly RemoteReader reader;
    private readonly RemoteObject file;
    private readonly StoreCounters counters;
    private readonly string path;
    private readonly KnownFile known;
    private readonly long blockBytes, lengthBytes;

    internal CachedBlocks(
        FileCache cache, RemoteReader reader, RemoteObject file, StoreCounters counters, string path, KnownFile known, int blockBytes)
    {
        (this.cache, this.reader, this.file, this.counters) = (cache, reader, file, counters);
        (this.path, this.known, this.blockBytes) = (path, known, blockBytes);
        lengthBytes = known.Bytes ?? throw new ArgumentException("The length must be known.", nameof(known));
    }

    /// <summary>Reads blocks from the cache if the caller accepts them, otherwise from the store.</summary>
    /// <param name="blocks">The block numbers.</param>
    /// <param name="accept">Receives the bytes of a block, which are valid until it returns; returns false if they are not correct.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file has a different length,
    /// or a block that was fetched twice was not accepted.</exception>
    /// <exception cref="StoreException">The store fails, the file was changed, or the cache cannot be written.</exception>
    internal async Task ReadAsync(
        IEnumerable<int> blocks, Func<int, ReadOnlyMemory<byte>, bool> accept, CancellationToken cancellationToken = default)
    {
        using SafeFileHandle cached = await cache.OpenBlocksAsync(path, file.Address, cancellationToken).ConfigureAwait(false);
        List<int> missing = await ReadCachedAsync(cached, blocks.Order(), accept, skipHoles: true, cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0)
        {
            counters.CacheHit();
            return;
        }
        counters.CacheMiss();
        using IDisposable reserved = await cache.ReserveAsync(missing.Sum(BytesOf), file.Address, cancellationToken).ConfigureAwait(false);
        // A block that was damaged in transit is usually correct the second time.
        for (int attempt = 0; attempt < 2 && missing.Count > 0; attempt++)
        {
            await FetchAsync(missing, cached, cancellationToken).ConfigureAwait(false);
            missing = await ReadCachedAsync(cached, missing, accept, skipHoles: false, cancellationToken).ConfigureAwait(false);
        }
        if (missing is [var wrong, ..])
        {
            long last = OffsetOf(wrong) + BytesOf(wrong) - 1;
            throw new InvalidDataException($"bytes {OffsetOf(wrong)} to {last} do not have the checksum that the dataset lists");
        }
    }

    /// <summary>Begins to fetch the blocks that the cache lacks, in parts that can be awaited one by one. The caller verifies what it reads
    /// of the file.</summary>
    /// <param name="cached">The file of <see cref="OpenAsync"/>.</param>
    /// <param name="parts">The block numbers of each part, which is fetched by requests of its own.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The fetch of each part, which fails as <see cref="ReadAsync"/> does.</returns>
    internal Task[] BeginFetch(SafeFileHandle cached, int[][] parts, CancellationToken cancellationToken = default)
    {
        // One reservation for all: each takes the lock of the cache.
        Task<(List<int>[] Missing, IDisposable? Reserved)> begun = Task.Run(async () =>
        {
            List<int>[] missing = [.. parts.Select(blocks =>
                blocks.Where(block => FileHoles.Includes(cached, OffsetOf(block), BytesOf(block))).Order().ToList())];
            long bytes = missing.Sum(blocks => blocks.Sum(BytesOf));
            return (missing, bytes == 0 ? null
                : await cache.ReserveAsync(bytes, file.Address, cancellationToken).ConfigureAwait(false));
        }, cancellationToken);
        Task[] fetches = [.. parts.Select((_, part) => FetchPartAsync(part))];
        _ = ReleaseAsync();
        return fetches;

        async Task FetchPartAsync(int part)
        {
            List<int> missing = (await begun.ConfigureAwait(false)).Missing[part];
            await Task.Yield(); // requests are prepared by several threads
            if (missing.Count == 0)
            {
                counters.CacheHit();
                return;
            }
            counters.CacheMiss();
            await FetchAsync(missing, cached, cancellationToken).ConfigureAwait(false);
        }

        async Task ReleaseAsync()
        {
            await Task.WhenAll(fetches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (begun.IsCompletedSuccessfully)
                (await begun.ConfigureAwait(false)).Reserved?.Dispose();
        }
    }

    /// <summary>Opens the cache file that stores the blocks at their own offsets,
    /// with holes for missing blocks. It has the length of the remote file.</summary>
    /// <returns>A handle; the cache keeps the file until it is closed.</returns>
    /// <exception cref="StoreException">The cache cannot be written.</exception>
    internal async Task<SafeFileHandle> OpenAsync(CancellationToken cancellationToken = default)
    {
        SafeFileHandle cached = await cache.OpenBlocksAsync(path, file.Address, cancellationToken).ConfigureAwait(false);
        try
        {
            if (RandomAccess.GetLength(cached) < lengthBytes)
                RandomAccess.SetLength(cached, lengthBytes);
            return cached;
        }
        catch (IOException e)
        {
            cached.Dispose();
            throw cache.Unwritable(file.Address, e);
        }
    }

    /// <summary>Returns a full copy of the file. Blocks in the cache are not fetched again.</summary>
    /// <param name="isValid">Returns whether the bytes of a block are correct.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    internal async Task<LocalCopy> CompleteAsync(
        Func<int, ReadOnlyMemory<byte>, bool> isValid, CancellationToken cancellationToken = default)
    {
        (LocalCopy copy, _) = await cache.GetAsync(path, file.Address, known, null, async (destination, token) =>
        {
            using SafeFileHandle cached = await cache.OpenBlocksAsync(path, file.Address, token).ConfigureAwait(false);
            int count = (int)((lengthBytes + blockBytes - 1) / blockBytes);
            List<int> missing = await ReadCachedAsync(cached, Enumerable.Range(0, count), (block, bytes) =>
            {
                if (!isValid(block, bytes))
                    return false;
                FileCache.WriteFetched(destination, bytes.Span, OffsetOf(block));
                return true;
            }, skipHoles: true, token).ConfigureAwait(false);
            counters.CacheMiss();
            await FetchAsync(missing, destination, token).ConfigureAwait(false); // the cache verifies the complete file
            return lengthBytes;
        }, cancellationToken).ConfigureAwait(false);
        try
        {
            await cache.DeleteBlocksAsync(path, file.Address, cancellationToken).ConfigureAwait(false);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Returns the number of requests that fetch blocks.</summary>
    internal int CountRequests(IEnumerable<int> blocks) => Runs([.. blocks.Order()]).Count();

    // Returns the blocks that are missing or not accepted. With skipHoles false, blocks just written are read whatever the system reports.
    private async Task<List<int>> ReadCachedAsync(SafeFileHandle cached, IEnumerable<int> blocks,
        Func<int, ReadOnlyMemory<byte>, bool> accept,
        bool skipHoles, CancellationToken cancellationToken)
    {
        List<int> missing = [];
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)blockBytes);
        try
        {
            foreach (int block in blocks)
            {
                Memory<byte> bytes = buffer.AsMemory(0, (int)BytesOf(block));
                bool isThere = !(skipHoles && FileHoles.Includes(cached, OffsetOf(block), bytes.Length))
                    && await TryReadAsync(cached, OffsetOf(block), bytes, cancellationToken).ConfigureAwait(false);
                if (!isThere || !accept(block, bytes))
                    missing.Add(block);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return missing;
    }

    private static async ValueTask<bool> TryReadAsync(
        SafeFileHandle file, long offset, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        for (int read = 0, more; read < bytes.Length; read += more)
            if ((more = await RandomAccess.ReadAsync(file, bytes[read..], offset + read, cancellationToken).ConfigureAwait(false)) == 0)
                return false;
        return true;
    }

    private async Task FetchAsync(List<int> blocks, SafeFileHandle destination, CancellationToken cancellationToken)
    {
        try
        {
            // The reader limits the number of parallel requests.
            ParallelOptions all = new() { MaxDegreeOfParallelism = int.MaxValue, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Runs(blocks), all, async (run, token) =>
            {
                RemoteRequest request = new() { Object = file, OffsetBytes = run.Start, Bytes = run.Bytes, File = destination };
                await reader.ReadAsync(request, token).ConfigureAwait(false);
                if (file.LengthBytes >= 0 && file.LengthBytes != lengthBytes)
                    throw LocalFolder.WrongLength(file.LengthBytes, lengthBytes);
            }).ConfigureAwait(false);
        }
        catch (LocalWriteException e)
        {
            throw cache.Unwritable(file.Address, e);
        }
    }

    private IEnumerable<(long Start, long Bytes)> Runs(List<int> blocks)
    {
        for (int i = 0, next; i < blocks.Count; i = next)
        {
            next = i + 1;
            while (next < blocks.Count && blocks[next] == blocks[next - 1] + 1 && (next - i + 1) * blockBytes <= LargestRequestBytes)
                next++;
            yield return (OffsetOf(blocks[i]), Math.Min(OffsetOf(blocks[next - 1] + 1), lengthBytes) - OffsetOf(blocks[i]));
        }
    }

    private long OffsetOf(int block) => block * blockBytes;

    private long BytesOf(int block) => Math.Min(blockBytes, lengthBytes - OffsetOf(block));
}
