using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A tile of a remote dataset as a local file: the parts that statements read, or a link to the full copy in the cache.</summary>
/// <remarks>
/// Parts are fetched as blocks, which are verified by their CRC-32C. The sparse file gets the parts alone, not the rest of their blocks: a
/// column chunk is stored either completely or not at all. If DuckDB reads a chunk that was not fetched, it finds zeros instead of a page
/// header, and fails. The path stays the same when the full copy replaces the sparse file.
/// </remarks>
internal sealed class RemoteTile : IDisposable
{
    /// <summary>A tile of up to this many blocks is fetched at once: the footer and one column need as many.</summary>
    private const int SmallBlocks = 2;

    /// <summary>The full copy is fetched if at least this fraction of the blocks is read.</summary>
    private const double FullCopyFraction = 5 / 6.0;

    private const long LargestRequestBytes = 16 << 20;

    // Of the gap below which a request costs more than the bytes: parts of a tile are many, and their gaps add up.
    private const int GapShare = 16;

    private readonly IRemoteFileStore store;
    private readonly DatasetFile file;
    private readonly uint[]? expected;
    private readonly CachedBlocks? blocks;
    private readonly int blockCount;
    private readonly KnownFile known;
    private readonly SparseFile sparse;
    private readonly SemaphoreSlim turn = new(1);
    private ParquetLayout? layout;

    /// <param name="store">The store.</param>
    /// <param name="file">The tile, with its size.</param>
    /// <param name="expected">The CRC-32C of its blocks; null for a tile without checksums, whose parts are not cached.</param>
    /// <param name="localPath">The path of the local file.</param>
    internal RemoteTile(IRemoteFileStore store, DatasetFile file, uint[]? expected, string localPath)
    {
        (this.store, this.file, this.expected) = (store, file, expected);
        blockCount = (int)FileBlocks.CountOf(file.Bytes);
        known = new KnownFile(file.Bytes, expected is null ? null : file.Sha256);
        blocks = expected is null ? null : store.OpenBlocks(file.Path, known, FileBlocks.Bytes);
        sparse = new SparseFile(localPath, file.Bytes);
    }

    /// <summary>The file that DuckDB reads.</summary>
    internal string LocalPath => sparse.Path;

    /// <summary>The layout, available once the tile is open.</summary>
    internal ParquetLayout Layout => layout ?? throw new InvalidOperationException("The tile was not opened.");

    /// <summary>True if DuckDB reports that it read a part of a sparse file that was not fetched.</summary>
    internal static bool IsHole(DuckDbException e) => e.Error.Contains("TProtocolException", StringComparison.Ordinal);

    /// <summary>Prepares the tile for a statement: the footer alone, or a full copy.</summary>
    /// <param name="isFull">True if the statement reads all of the tile.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The full copy, to be disposed after the statement; null if the file is sparse.</returns>
    /// <exception cref="TileDamagedException">The bytes differ from those that were written.</exception>
    /// <exception cref="IOException">The file does not exist.</exception>
    internal Task<LocalCopy?> OpenAsync(bool isFull, CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (expected is not null && await store.FindCopyAsync(file.Path, known, cancellationToken).ConfigureAwait(false) is { } found)
            return found;
        if (isFull || blockCount <= SmallBlocks)
            return await CopyAsync(cancellationToken).ConfigureAwait(false);
        if (!sparse.Exists)
            sparse.Create();
        try
        {
            await ReadFooterAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StoreException e) when (e.Fault == StoreFault.NoRanges)
        {
            return await CopyAsync(cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <summary>Fetches parts that are missing.</summary>
    /// <param name="parts">The byte ranges, start and end: complete column chunks and Bloom filters.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <inheritdoc cref="OpenAsync" path="/returns"/>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    internal Task<LocalCopy?> FetchAsync(IReadOnlyCollection<(long Start, long End)> parts, CancellationToken cancellationToken) =>
        InTurnAsync(async () =>
        {
            // Another statement may have fetched the full copy meanwhile.
            if (!sparse.Exists || IsMost(sparse.BlocksWith(parts).Count))
                return await FetchFullCopyAsync(cancellationToken).ConfigureAwait(false);
            await FetchPartsAsync(parts, cancellationToken).ConfigureAwait(false);
            return null;
        }, cancellationToken);

    /// <summary>Fetches all missing parts of the tile.</summary>
    /// <inheritdoc cref="OpenAsync" path="/returns"/>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    internal Task<LocalCopy?> CompleteAsync(CancellationToken cancellationToken) =>
        InTurnAsync(() => FetchFullCopyAsync(cancellationToken), cancellationToken);

    /// <summary>Returns the number of blocks of parts that no statement of this process has read.</summary>
    internal int CountMissing(IEnumerable<(long Start, long End)> parts) => sparse.CountNewBlocks(parts);

    /// <summary>Returns the bytes and requests of a statement if nothing of the tile is in the cache.</summary>
    internal (long Bytes, long Requests) CostOf(IEnumerable<(long Start, long End)> parts)
    {
        HashSet<int> footer = SparseFile.BlocksOf([(Layout.FooterStart, file.Bytes)]), more = SparseFile.BlocksOf(parts);
        if (IsMost(more.Union(footer).Count()))
            more = [.. Enumerable.Range(0, blockCount)];
        more.ExceptWith(footer);
        long bytes = footer.Union(more).Sum(b => Math.Min(FileBlocks.Bytes, file.Bytes - ((long)b * FileBlocks.Bytes)));
        return blocks is null ? (bytes, 1 + parts.Count()) : (bytes, blocks.CountRequests(footer) + blocks.CountRequests(more));
    }

    public void Dispose() => turn.Dispose();

    private async Task<LocalCopy?> InTurnAsync(Func<Task<LocalCopy?>> work, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new TileDamagedException(e.Message, e);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ReadFooterAsync(CancellationToken cancellationToken)
    {
        if (layout is not null)
        {
            await FetchPartsAsync([(layout.FooterStart, file.Bytes)], cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            long tail = file.Bytes - ParquetLayout.TailBytes;
            await FetchPartsAsync([(tail, file.Bytes)], cancellationToken).ConfigureAwait(false);
            long start = tail - ParquetLayout.FooterBytes(sparse.Read(tail, file.Bytes), file.Bytes, file.Path);
            await FetchPartsAsync([(start, file.Bytes)], cancellationToken).ConfigureAwait(false);
            ParquetLayout read = ParquetLayout.Read(sparse.Read(start, tail), start, file.Path);
            if (expected is null)
                HatsTiles.RequireRows(file, read.RowCount);
            layout = read;
        }
        catch (PlainParquetException e)
        {
            throw new TileDamagedException(e.Finding, e);
        }
    }

    private async Task FetchPartsAsync(IReadOnlyCollection<(long Start, long End)> parts, CancellationToken cancellationToken)
    {
        (long Start, long End)[] missing = sparse.Missing(parts);
        if (missing.Length == 0)
            return;
        if (blocks is null)
            await FetchUncheckedAsync(missing, cancellationToken).ConfigureAwait(false);
        else
            using (SafeFileHandle destination = sparse.OpenWrite())
                await blocks.ReadAsync(SparseFile.BlocksOf(missing), (block, bytes) =>
            {
                if (!IsCorrect(block, bytes))
                    return false;
                sparse.Write(destination, missing, (long)block * FileBlocks.Bytes, bytes.Span);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        sparse.Add(missing);
    }

    // Neighbouring parts are one request.
    private async Task FetchUncheckedAsync((long Start, long End)[] missing, CancellationToken cancellationToken)
    {
        List<(long Start, long End)> ranges = [];
        foreach ((long start, long end) in missing.Order())
            if (ranges.Count > 0 && start <= ranges[^1].End + store.Traits.GapBytes / GapShare
                && end - ranges[^1].Start <= LargestRequestBytes)
                ranges[^1] = (ranges[^1].Start, Math.Max(end, ranges[^1].End));
            else
                ranges.Add((start, end));
        using IRandomAccessFile source = store.Open(file.Path, file.Bytes);
        using SafeFileHandle destination = sparse.OpenWrite();
        foreach ((long start, long end)[] some in ranges.Chunk(store.Traits.ParallelRequests))
        {
            FileRange[] buffers = [.. some.Select(r => new FileRange(r.start, new byte[r.end - r.start]))];
            await source.ReadRangesAsync(buffers, cancellationToken).ConfigureAwait(false);
            foreach (FileRange buffer in buffers)
                sparse.Write(destination, missing, buffer.OffsetBytes, buffer.Destination.Span);
        }
    }

    private async Task<LocalCopy> CopyAsync(CancellationToken cancellationToken)
    {
        LocalCopy copy = await store.LocalPathAsync(file.Path, known, cancellationToken).ConfigureAwait(false);
        if (expected is not null)
            return copy;
        try
        {
            layout ??= HatsTiles.LayoutOf(copy.Path, file.Path);
            HatsTiles.RequireRows(file, layout.RowCount);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private async Task<LocalCopy?> FetchFullCopyAsync(CancellationToken cancellationToken)
    {
        LocalCopy copy = blocks is null ? await CopyAsync(cancellationToken).ConfigureAwait(false)
            : await blocks.CompleteAsync(IsCorrect, cancellationToken).ConfigureAwait(false);
        sparse.ReplaceBy(copy);
        return copy;
    }

    private bool IsCorrect(int block, ReadOnlyMemory<byte> bytes) => Crc32C.Compute(bytes.Span) == expected![block];

    private bool IsMost(int count) => count >= FullCopyFraction * blockCount;
}
