using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>A local folder that represents a remote dataset: links to copies in the cache, each made when it is needed.</summary>
/// <remarks>The cache's own folder is not suitable: it may contain files of an older dataset at the same address.</remarks>
internal sealed class RemoteFolder : IDisposable
{
    private readonly IFileStore store;
    private readonly List<LocalCopy> held = [];
    private bool isListed = true;

    private RemoteFolder(IFileStore store) => this.store = store;

    /// <summary>The folder with the links.</summary>
    internal string Root { get; } = TemporaryPath.CreateSystemFolder("validate");

    /// <summary>Creates the folder with the manifest.</summary>
    /// <exception cref="DatasetNotFoundException">There is no manifest.</exception>
    /// <exception cref="RemoteCatalogueException">It is a HATS catalogue.</exception>
    internal static async Task<RemoteFolder> OpenAsync(IFileStore store, CancellationToken cancellationToken)
    {
        RemoteFolder folder = new(store);
        try
        {
            await folder.KeepAsync(DatasetPaths.Manifest, cancellationToken).ConfigureAwait(false);
            return folder;
        }
        catch (FileNotFoundException e)
        {
            folder.Dispose();
            if (await HatsFolder.FindAsync(store, report: null, isDeniedMissing: false, cancellationToken).ConfigureAwait(false)
                is not null)
                throw new RemoteCatalogueException(store.Address, e);
            throw new DatasetNotFoundException(store.Address, $"'{DatasetPaths.Manifest}' is missing");
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Returns the files of the store. If the store cannot list them, returns the manifest and the list of files only, and
    /// <see cref="FetchAsync"/> requests each listed file.</summary>
    internal async Task<DiskFiles> ListAsync(CancellationToken cancellationToken)
    {
        List<StoredFile> files = [];
        try
        {
            await foreach (StoredFile file in store.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                files.Add(file);
        }
        catch (StoreException e) when (e.Fault is StoreFault.NotSupported or StoreFault.Denied)
        {
            files.Clear();
            await AddAsync(files, [DatasetPaths.Manifest, DatasetPaths.Files], cancellationToken).ConfigureAwait(false);
            isListed = false;
        }
        if (files.Exists(f => f.Path == DatasetPaths.Files))
            await KeepAsync(DatasetPaths.Files, cancellationToken).ConfigureAwait(false);
        return DiskFiles.Of(files);
    }

    /// <summary>Fetches all files but the shards; if the store cannot list files, requests the length of every file.</summary>
    internal async Task<DiskFiles> FetchAsync(DatasetUnderReview dataset, CancellationToken cancellationToken)
    {
        DiskFiles disk = dataset.Disk;
        DatasetFile[] files = [.. dataset.Files.Where(f => f.Kind != DatasetFileKind.Source)];
        if (!isListed)
        {
            List<StoredFile> found = [];
            await AddAsync(found, [DatasetPaths.Manifest, DatasetPaths.Files, .. files.Select(f => f.Path)], cancellationToken)
                .ConfigureAwait(false);
            disk = DiskFiles.Of(found);
        }
        await Parallel.ForEachAsync(files.Where(f => f.Kind != DatasetFileKind.Shard && disk.BytesOf(f.Path) > 0),
            new ParallelOptions { MaxDegreeOfParallelism = store.Traits.ParallelRequests, CancellationToken = cancellationToken },
            async (file, token) => await KeepAsync(file.Path, token).ConfigureAwait(false)).ConfigureAwait(false);
        return disk;
    }

    /// <summary>Links a shard in the folder until the result is disposed; null if the shard does not exist.</summary>
    internal IDisposable? Hold(DatasetUnderReview dataset, DatasetFile file, CancellationToken cancellationToken)
    {
        if (file.Kind != DatasetFileKind.Shard || dataset.Disk.BytesOf(file.Path) <= 0)
            return null;
        return new Held(LinkAsync(file.Path, cancellationToken).GetAwaiter().GetResult(), Path.Combine(Root, file.Path));
    }

    public void Dispose()
    {
        foreach (LocalCopy copy in held)
            copy.Dispose();
        TemporaryPath.Delete(Root); // deletes the links, not their targets
    }

    private async Task AddAsync(List<StoredFile> files, string[] paths, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(paths, new ParallelOptions
        {
            MaxDegreeOfParallelism = store.Traits.ParallelRequests,
            CancellationToken = cancellationToken
        }, async (path, token) =>
        {
            try
            {
                using IRandomAccessFile file = await store.OpenAsync(path, token).ConfigureAwait(false);
                lock (files)
                    files.Add(new StoredFile(path, file.LengthBytes));
            }
            catch (FileNotFoundException)
            {
                // PresenceCheck reports it.
            }
        }).ConfigureAwait(false);
    }

    private async Task KeepAsync(string path, CancellationToken cancellationToken)
    {
        LocalCopy copy = await LinkAsync(path, cancellationToken).ConfigureAwait(false);
        lock (held)
            held.Add(copy);
    }

    // Without verification: the checks report damage.
    private async Task<LocalCopy> LinkAsync(string path, CancellationToken cancellationToken)
    {
        LocalCopy copy = await store.LocalPathAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        string link = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        if (!File.Exists(link))
            File.CreateSymbolicLink(link, copy.Path);
        return copy;
    }

    private sealed class Held(LocalCopy copy, string link) : IDisposable
    {
        public void Dispose()
        {
            File.Delete(link);
            copy.Dispose();
        }
    }
}
