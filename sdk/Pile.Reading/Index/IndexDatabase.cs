using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The DuckDB database of one dataset, opened when it is first needed.</summary>
/// <remarks>It can read files below the dataset's folder only, and cannot load extensions or change settings. DuckDB would still let COPY
/// write to that folder. Therefore a user's statement runs only after it has been parsed as a single SELECT, and a condition only after it
/// has been parsed as an expression.</remarks>
/// <param name="store">The files of the dataset.</param>
/// <param name="manifest">Its manifest.</param>
/// <param name="options">Its options.</param>
/// <param name="catalogue">The HATS catalogue or source that is read as a dataset; null for a dataset of this format.</param>
/// <param name="layerFolders">The folders with the values of layers, which it can read too.</param>
internal sealed class IndexDatabase(IFileStore store, Manifest manifest, DatasetOptions options, IForeignCatalog? catalogue,
    string[] layerFolders) : IDisposable
{
    private readonly Lock opening = new();
    private readonly SemaphoreSlim listing = new(1);
    private readonly ShardIndex? shardIndex = ShardIndex.For(store, manifest, options);
    private readonly Lazy<RemoteTiles?> remoteTiles = new(() => store is IRemoteFileStore remote ? new RemoteTiles(remote) : null);
    private DuckDbDatabase? database;
    private string? spillFolder;
    private FileList? files;
    private bool isDisposed;

    /// <summary>True if the index is replaced by one made from the shards.</summary>
    internal bool IsWithoutIndex => shardIndex is not null;

    /// <summary>The tiles of a remote dataset; null for a folder.</summary>
    internal RemoteTiles? RemoteTiles => remoteTiles.Value;

    /// <summary>Opens a connection for one query.</summary>
    internal DuckDbConnection Connect() => Database.Connect();

    /// <summary>Returns the list of files, which is loaded once.</summary>
    internal async ValueTask<FileList> FilesAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(isDisposed, typeof(Dataset));
        if (files is not null)
            return files;
        await listing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (options.IgnoreIndex && shardIndex is null && files is null)
                options.OnMessage?.Invoke($"DatasetOptions.IgnoreIndex has no effect on '{store.Address}': only a dataset with shards in a "
                    + "local folder can be read without its index");
            if (catalogue is not null)
                return files ??= await catalogue.FilesAsync(cancellationToken).ConfigureAwait(false);
            FileList listed = files ?? await FileList.LoadAsync(store, manifest, Connect, cancellationToken).ConfigureAwait(false);
            if (files is null && shardIndex is not null)
            {
                (options.OnUnverified ?? options.OnMessage)?.Invoke(
                    $"{(options.IgnoreIndex ? $"the index of '{store.Address}' is ignored" : $"'{store.Address}' has lost its index")}: "
                        + $"all shards are scanned instead, and rows are not verified; run 'pile index rebuild {store.Address}' "
                        + "to make the index again");
                listed = listed.WithTiles(await Task.Run(() => shardIndex.Read(listed.Shards, cancellationToken), cancellationToken)
                    .ConfigureAwait(false));
            }
            return files = listed;
        }
        finally
        {
            listing.Release();
        }
    }

    public void Dispose()
    {
        lock (opening)
        {
            isDisposed = true;
            database?.Dispose();
            shardIndex?.Dispose();
            if (remoteTiles.IsValueCreated)
                remoteTiles.Value?.Dispose();
            if (spillFolder is not null)
                TemporaryPath.Delete(spillFolder);
        }
        listing.Dispose();
    }

    private DuckDbDatabase Database
    {
        get
        {
            lock (opening)
            {
                ObjectDisposedException.ThrowIf(isDisposed, typeof(Dataset));
                if (database is not null)
                    return database;
                spillFolder = TemporaryPath.InSystemFolder("query");
                DuckDbDatabase opened = DuckDbDatabase.OpenInMemory(new DuckDbSettings
                {
                    Threads = options.Threads,
                    MemoryLimitBytes = options.QueryMemoryBytes,
                    TempDirectory = spillFolder,
                });
                // Footers are read once: a tile of a published dataset does not change, and DuckDB checks a file's time before it uses its
                // cached footer.
                using (DuckDbConnection settings = opened.Connect())
                    settings.Execute("SET parquet_metadata_cache = true");
                if (RemoteTiles is not null)
                    RemoteTiles.Prepare(opened);
                string[] folders = [store.LocalRoot, .. new[] { RemoteTiles?.Folder, shardIndex?.Folder }.OfType<string>(),
                    .. layerFolders];
                opened.LockDown([.. folders.Select(f => f + Path.DirectorySeparatorChar)]);
                return database = opened;
            }
        }
    }
}
