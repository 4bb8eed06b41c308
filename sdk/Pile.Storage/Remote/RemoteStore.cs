using System.Collections.Concurrent;

namespace Pile.Storage;

/// <summary>A store that is asked over HTTP: reads, retries, checks and copies in the cache are the same for all; a new one says where
/// files are, how a request is signed, and what its refusals mean.</summary>
internal abstract class RemoteStore : IRemoteFileStore
{
    private readonly ConcurrentDictionary<string, RemoteObject> objects = new(StringComparer.Ordinal);
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

    /// <summary>The address of a file for messages.</summary>
    internal string AddressOf(string path) => path.Length == 0 ? Address : $"{Address}/{path}";

    /// <inheritdoc/>
    public Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default) =>
        reader.ReadAllAsync(Anew(path), maxBytes, cancellationToken);

    /// <inheritdoc/>
    public IRandomAccessFile Open(string path, long lengthBytes) =>
        new RemoteFile(reader, Object(path), lengthBytes, Traits.ParallelRequests);

    /// <inheritdoc/>
    public async ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        RemoteObject file = Object(path);
        if (file.LengthBytes < 0)
            await reader.HeadAsync(file, cancellationToken).ConfigureAwait(false);
        return new RemoteFile(reader, file, file.LengthBytes, Traits.ParallelRequests);
    }

    /// <inheritdoc/>
    public async Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default)
    {
        RemoteObject file = Object(path);
        if (known.Sha256 is null)
        {
            // Not known by its content, so by what the store says of it now.
            file = Anew(path);
            await reader.HeadAsync(file, cancellationToken).ConfigureAwait(false);
            if (file.LengthBytes >= 0)
                known = known.Bytes is { } expected && expected != file.LengthBytes
                    ? throw LocalFolder.WrongLength(file.LengthBytes, expected) : new KnownFile(file.LengthBytes, null);
        }
        (LocalCopy copy, bool wasThere) = await cache.Value.GetAsync(path, AddressOf(path), known, known.Sha256 is null ? file.Tag : null,
            (handle, token) => reader.DownloadAsync(file, known.Bytes, handle, token), cancellationToken).ConfigureAwait(false);
        if (wasThere)
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
    public CachedBlocks OpenBlocks(string path, KnownFile known, int blockBytes) =>
        new(cache.Value, reader, Object(path), Counters, path, known, blockBytes);

    /// <inheritdoc/>
    public void RequireRoomFor(string path, long bytes) => CacheSettings.Of(options).RequireRoomFor(AddressOf(path), bytes);

    /// <inheritdoc/>
    public abstract IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public virtual async ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        RemoteObject file = Anew(path);
        try
        {
            await reader.HeadAsync(file, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Where a file is asked for.</summary>
    internal abstract Uri UriOf(string path);

    /// <summary>True to follow redirects within one server. False where requests are signed: a signature is valid at one address.</summary>
    internal virtual bool FollowsRedirects => false;

    /// <summary>Adds what proves who asks; called for each attempt, with all other headers in place.</summary>
    internal abstract ValueTask SignAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>Says what a status means that is no success and is not the same everywhere; null to leave it to the common reading of
    /// it.</summary>
    /// <param name="file">What was asked for.</param>
    /// <param name="response">The answer's head.</param>
    /// <param name="body">The beginning of its body.</param>
    internal abstract Exception? Explain(RemoteObject file, HttpResponseMessage response, string body);

    /// <summary>A file was written or deleted by this store: what was known of it is no longer true.</summary>
    private protected void Forget(string path) => objects.TryRemove(path, out _);

    private RemoteObject Object(string path) =>
        objects.GetOrAdd(path, static (path, store) => new RemoteObject(store.AddressOf(path), store.UriOf(path)), this);

    // Whole files stand for themselves: a manifest that was replaced since it was last read is no mixture.
    private RemoteObject Anew(string path) => new(AddressOf(path), UriOf(path));
}
