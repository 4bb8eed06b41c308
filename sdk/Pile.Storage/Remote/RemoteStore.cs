using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>A store that is read over HTTP. This class implements reads, retries, checks and cached copies; a subclass defines the
/// addresses of files, how requests are signed, and what error responses mean.</summary>
internal abstract class RemoteStore : IRemoteFileStore
{
    private readonly ConcurrentDictionary<string, RemoteObject> objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<byte[]?>> begun = new(StringComparer.Ordinal);
    private readonly StoreOptions options;
    private readonly RemoteReader reader;
    private readonly Lazy<FileCache> cache;

    private protected RemoteStore(string address, string identity, StoreOptions options)
    {
        (Address, this.options) = (address, options);
        reader = new RemoteReader(this, Connections.Client, options, Counters);
        cache = new Lazy<FileCache>(() => new FileCache(CacheSettings.Of(options), address, identity));
        Traits = new StoreTraits { IsLocal = false, GapBytes = options.GapBytes, ParallelRequests = options.ParallelRequests };
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public string LocalRoot => cache.Value.Root;

    /// <inheritdoc/>
    public StoreTraits Traits { get; }

    /// <inheritdoc/>
    public StoreStatistics Statistics => Counters.Now;

    private protected StoreCounters Counters { get; } = new();

    /// <summary>Sends the requests.</summary>
    internal RemoteReader Reader => reader;

    /// <summary>Returns the address of a file for messages.</summary>
    internal string AddressOf(string path) => path.Length == 0 ? Address : $"{Address}/{path}";

    /// <inheritdoc/>
    public Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default) =>
        reader.ReadAllAsync(NewObject(path), maxBytes, cancellationToken);

    /// <inheritdoc/>
    public IRandomAccessFile Open(string path, long lengthBytes, string? tag = null)
    {
        RemoteObject file = Object(path);
        file.RequireUnchanged(tag, -1);
        return new RemoteFile(reader, file, lengthBytes, Traits.ParallelRequests);
    }

    /// <inheritdoc/>
    public async ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        RemoteObject file = Object(path);
        if (file.LengthBytes < 0)
            await reader.FindLengthAsync(file, cancellationToken).ConfigureAwait(false);
        if (file.LengthBytes < 0)
            throw new StoreException(StoreFault.NoRanges, file.Address,
                "the server states no length of the file, so that parts of it cannot be read",
                "Copy the files to a folder or object store, or use a server that states lengths (nginx, Apache, S3)");
        return new RemoteFile(reader, file, file.LengthBytes, Traits.ParallelRequests);
    }

    /// <inheritdoc/>
    public async Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default)
    {
        RemoteObject file = Object(path);
        if (known.Sha256 is null)
        {
            // The SHA-256 is unknown, so the copy is identified by the current ETag.
            file = NewObject(path);
            await reader.HeadAsync(file, cancellationToken).ConfigureAwait(false);
            if (file.LengthBytes >= 0)
                known = known.Bytes is { } expected && expected != file.LengthBytes
                    ? throw LocalFolder.WrongLength(file.LengthBytes, expected) : new KnownFile(file.LengthBytes, null);
        }
        (LocalCopy copy, bool wasCached) = await cache.Value.GetAsync(path, AddressOf(path), known, known.Sha256 is null ? file.Tag : null,
            (handle, token) => DownloadAsync(path, file, known, handle, token), cancellationToken).ConfigureAwait(false);
        if (wasCached)
            Counters.CacheHit();
        else
            Counters.CacheMiss();
        return copy;
    }

    /// <inheritdoc/>
    public async Task<LocalCopy?> FindCopyAsync(string path, KnownFile known, CancellationToken cancellationToken = default)
    {
        LocalCopy? copy = await cache.Value.FindAsync(path, AddressOf(path), known, cancellationToken).ConfigureAwait(false);
        if (copy is not null)
            Counters.CacheHit();
        return copy;
    }

    /// <inheritdoc/>
    public void BeginCopy(string path, int maxBytes, CancellationToken cancellationToken = default) =>
        begun[path] = Task.Run<byte[]?>(async () => File.Exists(Path.Combine(LocalRoot, path)) ? null
            : await reader.ReadAllAsync(NewObject(path), maxBytes, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <inheritdoc/>
    public CachedBlocks OpenBlocks(string path, KnownFile known, int blockBytes) =>
        new(cache.Value, reader, Object(path), Counters, path, known, blockBytes);

    /// <inheritdoc/>
    public void RequireFitsCache(string path, long bytes) => CacheSettings.Of(options).RequireFitsCache(AddressOf(path), bytes);

    /// <inheritdoc/>
    public abstract IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public virtual async ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        RemoteObject file = NewObject(path);
        try
        {
            await reader.FindLengthAsync(file, cancellationToken).ConfigureAwait(false);
            return new KnownFile(file.LengthBytes >= 0 ? file.LengthBytes : null, null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public abstract Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task DeleteAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Returns the address to send requests for a file to.</summary>
    internal abstract Uri UriOf(string path);

    /// <summary>True to follow redirects within one server. False if requests are signed: a signature is valid for one address.</summary>
    internal virtual bool FollowsRedirects => false;

    /// <summary>True to follow redirects to other servers too, because the user named a file and not the folder of a dataset.</summary>
    internal virtual bool MayLeaveServer => false;

    /// <summary>True if the encoding that a response states is that of the file itself.</summary>
    internal virtual bool StoresEncoded(RemoteObject file, HttpContentHeaders headers) => false;

    /// <summary>Adds a signature. Called for each attempt, after all other headers are set.</summary>
    internal abstract ValueTask SignAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>Returns the exception for an error status that is specific
    /// to this kind of store; null to apply the general rules.</summary>
    /// <param name="file">The requested file.</param>
    /// <param name="response">The response headers.</param>
    /// <param name="body">The beginning of the response body.</param>
    internal abstract Exception? ErrorOf(RemoteObject file, HttpResponseMessage response, string body);

    /// <summary>Discards the stored ETag and length of a file that this store has written or deleted.</summary>
    private protected void Invalidate(string path) => objects.TryRemove(path, out _);

    // What was begun may be older than the file's ETag, and is used only if its SHA-256 is verified.
    private async Task<long> DownloadAsync(string path, RemoteObject file, KnownFile known, SafeFileHandle destination,
        CancellationToken cancellationToken)
    {
        if (known.Sha256 is not null && begun.TryRemove(path, out Task<byte[]?>? early))
        {
            await ((Task)early).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (early is { IsCompletedSuccessfully: true, Result: { } content })
            {
                FileCache.WriteFetched(destination, content, 0);
                return content.Length;
            }
        }
        return await reader.DownloadAsync(file, known.Bytes, destination, cancellationToken).ConfigureAwait(false);
    }

    private RemoteObject Object(string path) =>
        objects.GetOrAdd(path, static (path, store) => new RemoteObject(store.AddressOf(path), store.UriOf(path)), this);

    // Complete reads are independent: a manifest that was replaced since it was last read is not an error.
    internal RemoteObject NewObject(string path) => new(AddressOf(path), UriOf(path));
}
