using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Reads the bytes of blobs: neighbours with one request, several requests at the same time, and verifies them.</summary>
/// <remarks>Bytes of an object store are kept in the cache of remote files, in blocks, and are not fetched again. The cache is not trusted:
/// blobs are verified whenever they are read, and fetched again if their cached bytes are wrong.</remarks>
/// <param name="layer">The layer.</param>
internal sealed class BlobReader(LayerSnapshot layer)
{
    private const long MostBytesAtOnce = 8 << 20;
    private const int BlockBytes = 32 << 10;

    // Cleared if the cache cannot take the bytes: they are read all the same.
    private volatile bool usesCache = true;

    private IFileStore Files => layer.Store.Files;

    /// <summary>Reads blobs.</summary>
    /// <param name="blobs">The blobs.</param>
    /// <param name="receive">Receives the number of each blob and its bytes, in any order and from any thread. The bytes are valid until
    /// the returned task ends.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="LayerInvalidException">A pack is missing, was forgotten, or its bytes have changed.</exception>
    internal async Task ReadAsync(IReadOnlyList<BlobReference> blobs, Func<int, ReadOnlyMemory<byte>, Task> receive,
        CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, IRandomAccessFile> packs = new(StringComparer.Ordinal);
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = Files.Traits.ParallelRequests,
            CancellationToken = cancellationToken,
        };
        try
        {
            await Parallel.ForEachAsync(blobs.Select(b => b.Pack).Distinct(StringComparer.Ordinal), parallel, async (pack, token) =>
                packs[pack] = await OpenAsync(pack, token).ConfigureAwait(false)).ConfigureAwait(false);
            await Parallel.ForEachAsync(Requests(blobs), parallel, async (request, token) =>
                await ReadAsync(packs, blobs, request, receive, token).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            foreach (IRandomAccessFile pack in packs.Values)
                pack.Dispose();
        }
    }

    private async Task ReadAsync(ConcurrentDictionary<string, IRandomAccessFile> packs, IReadOnlyList<BlobReference> blobs, int[] request,
        Func<int, ReadOnlyMemory<byte>, Task> receive, CancellationToken cancellationToken)
    {
        string pack = blobs[request[0]].Pack;
        long start = blobs[request[0]].Offset, end = request.Max(i => blobs[i].Offset + blobs[i].Bytes);
        if (end > packs[pack].LengthBytes)
            throw Invalid($"'{LayerPaths.Pack(pack)}' has {packs[pack].LengthBytes} bytes, but a blob ends at byte {end}");
        byte[] bytes = new byte[end - start];
        bool isFromCache = await ReadAsync(packs[pack], pack, start, bytes, refetches: false, cancellationToken).ConfigureAwait(false);
        if (isFromCache && WrongOf(blobs, request, bytes, start) is not null)
            await ReadAsync(packs[pack], pack, start, bytes, refetches: true, cancellationToken).ConfigureAwait(false);
        if (WrongOf(blobs, request, bytes, start) is (int wrong, string found))
            throw Invalid($"the bytes of '{LayerPaths.Pack(pack)}' have changed: the blob of {blobs[wrong].Bytes} bytes at byte "
                + $"{blobs[wrong].Offset} has SHA-256 {found} instead of {blobs[wrong].Sha256}");
        foreach (int i in request)
            await receive(i, bytes.AsMemory((int)(blobs[i].Offset - start), (int)blobs[i].Bytes)).ConfigureAwait(false);
    }

    // Returns true if the bytes may be those of the cache.
    private async Task<bool> ReadAsync(IRandomAccessFile file, string pack, long start, byte[] bytes, bool refetches,
        CancellationToken cancellationToken)
    {
        try
        {
            if (usesCache && bytes.Length > 0 && Files is IRemoteFileStore remote)
                try
                {
                    await ReadBlocksAsync(remote.OpenBlocks(LayerPaths.Pack(pack), new KnownFile(file.LengthBytes, pack), BlockBytes),
                        start, bytes, refetches, cancellationToken).ConfigureAwait(false);
                    return true;
                }
                catch (StoreException e) when (e.Fault == StoreFault.CacheFull)
                {
                    usesCache = false;
                }
            await file.ReadAsync(start, bytes, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (FileNotFoundException e)
        {
            throw await MissingAsync(pack, e, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw Invalid($"'{LayerPaths.Pack(pack)}' cannot be read: {e.Message}", e);
        }
    }

    private static async Task ReadBlocksAsync(CachedBlocks blocks, long start, byte[] bytes, bool refetches,
        CancellationToken cancellationToken)
    {
        int first = (int)(start / BlockBytes), last = (int)((start + bytes.Length - 1) / BlockBytes);
        HashSet<int> seen = [];
        await blocks.ReadAsync(Enumerable.Range(first, last - first + 1), (block, content) =>
        {
            if (refetches && seen.Add(block))
                return false;
            long from = Math.Max(start, (long)block * BlockBytes), to = Math.Min(start + bytes.Length, ((long)block * BlockBytes)
                + content.Length);
            content.Span[(int)(from - ((long)block * BlockBytes))..(int)(to - ((long)block * BlockBytes))]
                .CopyTo(bytes.AsSpan((int)(from - start)));
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    // The first blob whose bytes are wrong, and their SHA-256.
    private static (int Blob, string Sha256)? WrongOf(IReadOnlyList<BlobReference> blobs, int[] request, byte[] bytes, long start)
    {
        foreach (int i in request)
            if (Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan((int)(blobs[i].Offset - start), (int)blobs[i].Bytes))) is var found
                && found != blobs[i].Sha256)
                return (i, found);
        return null;
    }

    // The numbers of the blobs that are read together.
    private List<int[]> Requests(IReadOnlyList<BlobReference> blobs)
    {
        List<int[]> requests = [];
        List<int> current = [];
        long start = 0, end = 0;
        foreach (int i in Enumerable.Range(0, blobs.Count).OrderBy(i => blobs[i].Pack, StringComparer.Ordinal).ThenBy(i => blobs[i].Offset))
        {
            long last = blobs[i].Offset + blobs[i].Bytes;
            if (current.Count > 0 && (blobs[i].Pack != blobs[current[0]].Pack
                || blobs[i].Offset - end > Files.Traits.GapBytes || last - start > MostBytesAtOnce))
            {
                requests.Add([.. current]);
                current.Clear();
            }
            if (current.Count == 0)
                (start, end) = (blobs[i].Offset, last);
            current.Add(i);
            end = Math.Max(end, last);
        }
        if (current.Count > 0)
            requests.Add([.. current]);
        return requests;
    }

    private async Task<IRandomAccessFile> OpenAsync(string pack, CancellationToken cancellationToken)
    {
        try
        {
            return await Files.OpenAsync(LayerPaths.Pack(pack), cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw await MissingAsync(pack, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<LayerInvalidException> MissingAsync(string pack, Exception inner, CancellationToken cancellationToken)
    {
        long newest = await layer.Store.NewestAsync(cancellationToken).ConfigureAwait(false);
        LayerCommit[] commits = await layer.Store.ReadAsync(1, newest, cancellationToken).ConfigureAwait(false);
        HashSet<string> patches = [.. commits.SelectMany(c => c.Operations).Where(o => o.Packs.Any(p => p.Sha256 == pack))
            .Select(o => o.Patch)];
        return commits.FirstOrDefault(c => c.Operations.Any(o => o.Patches.Any(patches.Contains))) is not { } forgot
            ? Invalid($"'{LayerPaths.Pack(pack)}' is missing", inner)
            : new LayerInvalidException(layer.Store.Address, $"the bytes of the blobs were forgotten by {forgot.Author} in commit "
                + $"{forgot.Number} ({LayerTime.ToText(forgot.TimeMicros)}: '{forgot.Message}')",
                $"Read the layer as of commit {forgot.Number} or later", inner);
    }

    private LayerInvalidException Invalid(string finding, Exception? inner = null) =>
        new(layer.Store.Address, finding, LayerInvalidException.GetAgain, inner);
}
