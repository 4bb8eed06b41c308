using Microsoft.Win32.SafeHandles;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A file of a remote dataset that is read from the cache; its parts are fetched when they are needed.</summary>
/// <remarks>
/// The cache may contain damaged bytes, or parts that a killed process left incomplete. The caller verifies what it reads, and requests
/// damaged parts again.
/// </remarks>
internal sealed class CachedFile : IDisposable
{
    // Of a request for all of the file: the end has the footer, which is read first.
    private const int BlocksOfPart = 8, BlocksOfEnd = 2;

    private readonly CachedBlocks blocks;
    private readonly DatasetFile file;
    private readonly string dataset;
    private readonly Lock starting = new();
    private readonly Task?[] fetches; // of each block
    private readonly CancellationTokenSource stop;

    private CachedFile(CachedBlocks blocks, DatasetFile file, string dataset, SafeFileHandle handle, CancellationToken cancellationToken)
    {
        (this.blocks, this.file, this.dataset, Handle) = (blocks, file, dataset, handle);
        fetches = new Task?[FileBlocks.CountOf(file.Bytes)];
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>The file in the cache, as long as the remote one; parts that were not fetched are zeros.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>The length of the file.</summary>
    internal long LengthBytes => file.Bytes;

    /// <summary>Opens a file. Sends no request.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="file">The file, as the dataset lists it.</param>
    /// <param name="cancellationToken">Cancels all requests until the file is closed.</param>
    /// <returns>Null if the dataset is not remote.</returns>
    /// <exception cref="StoreException">The cache cannot be written.</exception>
    internal static async Task<CachedFile?> TryOpenAsync(Dataset dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (dataset.Store is not IRemoteFileStore store)
            return null;
        CachedBlocks remote = store.OpenBlocks(file.Path, new KnownFile(file.Bytes, file.Sha256), FileBlocks.Bytes);
        return new CachedFile(remote, file, dataset.Address, await remote.OpenAsync(cancellationToken).ConfigureAwait(false),
            cancellationToken);
    }

    /// <summary>Starts to fetch parts, each with requests of its own.</summary>
    internal void Begin(params ReadOnlySpan<(long Start, long End)> parts)
    {
        lock (starting)
        {
            HashSet<int> begun = [];
            List<int[]> missing = [];
            foreach ((long start, long end) in parts)
                missing.Add([.. BlocksOf(start, end).Where(block => fetches[block] is null && begun.Add(block))]);
            if (missing.RemoveAll(blocksOfPart => blocksOfPart.Length == 0) == parts.Length)
                return;
            Task[] started = blocks.BeginFetch(Handle, [.. missing], stop.Token);
            for (int part = 0; part < started.Length; part++)
                foreach (int block in missing[part])
                    fetches[block] = started[part];
        }
    }

    /// <summary>Starts to fetch all of the file, its end first.</summary>
    internal void BeginAll()
    {
        int end = Math.Max(0, fetches.Length - BlocksOfEnd);
        List<(long Start, long End)> parts = [((long)end * FileBlocks.Bytes, LengthBytes)];
        for (int block = 0; block < end; block += BlocksOfPart)
            parts.Add(((long)block * FileBlocks.Bytes, (long)Math.Min(block + BlocksOfPart, end) * FileBlocks.Bytes));
        Begin([.. parts]);
    }

    /// <summary>Waits until a part has been fetched.</summary>
    /// <exception cref="StoreException">The store fails, or the file has changed.</exception>
    /// <exception cref="DatasetInvalidException">The file does not exist, or has another length.</exception>
    internal void Require(long start, long end)
    {
        Begin((start, end));
        foreach (int block in BlocksOf(start, end))
            Wait(fetches[block]!);
    }

    /// <summary>Fetches a part again, because it is damaged in the cache.</summary>
    /// <inheritdoc cref="Require" path="/exception"/>
    internal void RequireAgain(long start, long end)
    {
        HashSet<int> seen = [];
        // The first bytes of a block are those of the cache, which are rejected.
        Wait(Task.Run(() => blocks.ReadAsync(BlocksOf(start, end), (block, _) => !seen.Add(block), stop.Token), stop.Token));
    }

    public void Dispose()
    {
        stop.Cancel();
        foreach (Task? fetch in fetches)
            fetch?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        Handle.Dispose();
        stop.Dispose();
    }

    private static IEnumerable<int> BlocksOf(long start, long end) => Enumerable.Range((int)(start / FileBlocks.Bytes),
        (int)((end + FileBlocks.Bytes - 1) / FileBlocks.Bytes) - (int)(start / FileBlocks.Bytes));

    private void Wait(Task fetch)
    {
        try
        {
            fetch.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            throw new DatasetInvalidException(dataset, $"'{file.Path}' cannot be read: {e.Message}",
                "Get the dataset again, or run 'pile validate' for all findings", e);
        }
    }
}
