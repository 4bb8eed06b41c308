using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>DuckDB over one dataset, made when it is first needed.</summary>
/// <remarks>From its first moment it can read below the dataset's folder and nowhere else, load nothing and set nothing. DuckDB would still
/// let COPY write there: so no statement that a user wrote runs before it is shown to be one SELECT, and no condition before it is shown to
/// be an expression.</remarks>
internal sealed class IndexDatabase(IFileStore store, Manifest manifest, DatasetOptions options) : IDisposable
{
    private readonly Lock opening = new();
    private readonly SemaphoreSlim listing = new(1);
    private readonly ShardIndex? shardIndex = ShardIndex.For(store, manifest, options);
    private readonly Lazy<RemoteTiles?> remoteTiles = new(() => store is IRemoteFileStore remote ? new RemoteTiles(remote) : null);
    private DuckDbDatabase? database;
    private string? spillFolder;
    private FileList? files;
    private bool isDisposed;

    /// <summary>True where shards stand in for an index.</summary>
    internal bool IsWithoutIndex => shardIndex is not null;

    /// <summary>The tiles of a remote dataset; null for a folder.</summary>
    internal RemoteTiles? RemoteTiles => remoteTiles.Value;

    /// <summary>A connection of its own for one query.</summary>
    internal DuckDbConnection Connect() => Database.Connect();

    /// <summary>The list of files; loaded once.</summary>
    internal async ValueTask<FileList> FilesAsync(CancellationToken cancellationToken)
    {
        if (files is not null)
            return files;
        await listing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            FileList listed = files ?? await FileList.LoadAsync(store, manifest, Database, cancellationToken).ConfigureAwait(false);
            if (files is null && shardIndex is not null)
            {
                options.OnNotice?.Invoke(
                    $"{(options.IgnoreIndex ? $"the index of '{store.Address}' is left aside" : $"'{store.Address}' has lost its index")}: "
                        + $"all shards are looked through instead, and rows are read unverified; 'pile index rebuild {store.Address}' "
                        + "makes the index again");
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
                // Footers are read once: a tile of a published dataset does not change, and DuckDB looks at a file's time before it
                // believes what it remembers.
                using (DuckDbConnection settings = opened.Connect())
                    settings.Execute("SET parquet_metadata_cache = true");
                if (RemoteTiles is not null)
                    RemoteTiles.Prepare(opened);
                string[] folders = [store.LocalRoot, .. new[] { RemoteTiles?.Folder, shardIndex?.Folder }.OfType<string>()];
                opened.LockDown([.. folders.Select(f => f + Path.DirectorySeparatorChar)]);
                return database = opened;
            }
        }
    }
}
