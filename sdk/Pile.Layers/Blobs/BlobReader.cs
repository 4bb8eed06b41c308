using System.Security.Cryptography;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Reads the bytes of blobs: neighbours with one request, several requests at the same time, and verifies them.</summary>
/// <param name="layer">The layer.</param>
internal sealed class BlobReader(LayerSnapshot layer)
{
    private const long MostBytesAtOnce = 8 << 20;

    /// <summary>Reads blobs.</summary>
    /// <param name="blobs">The blobs.</param>
    /// <param name="receive">Receives the number of each blob and its bytes, in any order and from any thread. The bytes are valid until
    /// the returned task ends.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="LayerInvalidException">A pack is missing, was forgotten, or its bytes have changed.</exception>
    internal async Task ReadAsync(IReadOnlyList<BlobReference> blobs, Func<int, ReadOnlyMemory<byte>, Task> receive,
        CancellationToken cancellationToken)
    {
        Dictionary<string, IRandomAccessFile> packs = new(StringComparer.Ordinal);
        try
        {
            foreach (string pack in blobs.Select(b => b.Pack).Distinct(StringComparer.Ordinal))
                packs[pack] = await OpenAsync(pack, cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(Requests(blobs), new ParallelOptions
            {
                MaxDegreeOfParallelism = layer.Store.Files.Traits.ParallelRequests,
                CancellationToken = cancellationToken,
            }, async (request, token) => await ReadAsync(packs, blobs, request, receive, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        finally
        {
            foreach (IRandomAccessFile pack in packs.Values)
                pack.Dispose();
        }
    }

    private async Task ReadAsync(Dictionary<string, IRandomAccessFile> packs, IReadOnlyList<BlobReference> blobs, int[] request,
        Func<int, ReadOnlyMemory<byte>, Task> receive, CancellationToken cancellationToken)
    {
        string pack = blobs[request[0]].Pack;
        long start = blobs[request[0]].Offset, end = request.Max(i => blobs[i].Offset + blobs[i].Bytes);
        if (end > packs[pack].LengthBytes)
            throw Invalid($"'{LayerPaths.Pack(pack)}' has {packs[pack].LengthBytes} bytes, but a blob ends at byte {end}");
        byte[] bytes = new byte[end - start];
        try
        {
            await packs[pack].ReadAsync(start, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw await MissingAsync(pack, e, cancellationToken).ConfigureAwait(false);
        }
        foreach (int i in request)
        {
            ReadOnlyMemory<byte> blob = bytes.AsMemory((int)(blobs[i].Offset - start), (int)blobs[i].Bytes);
            if (Convert.ToHexStringLower(SHA256.HashData(blob.Span)) is var found && found != blobs[i].Sha256)
                throw Invalid($"the bytes of '{LayerPaths.Pack(pack)}' have changed: the blob of {blobs[i].Bytes} bytes at byte "
                    + $"{blobs[i].Offset} has SHA-256 {found} instead of {blobs[i].Sha256}");
            await receive(i, blob).ConfigureAwait(false);
        }
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
                || blobs[i].Offset - end > layer.Store.Files.Traits.GapBytes || last - start > MostBytesAtOnce))
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
            return await layer.Store.Files.OpenAsync(LayerPaths.Pack(pack), cancellationToken).ConfigureAwait(false);
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
