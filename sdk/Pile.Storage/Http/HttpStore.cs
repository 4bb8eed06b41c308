namespace Pile.Storage;

/// <summary>A folder of a web server; read only. Rows need a server that answers range requests, queries alone any.</summary>
internal sealed class HttpStore : RemoteStore
{
    private readonly string root;

    private HttpStore(string address, StoreOptions options) : base(address, address, options) => root = address;

    internal static HttpStore Create(string address, StoreOptions options)
    {
        string trimmed = address.TrimEnd('/');
        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new ArgumentException($"'{address}' is no address: expected http(s)://server/path.", nameof(address));
        // Not repeated here: it would end in logs.
        if (uri.UserInfo.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' holds a user name or password: Pile sends neither over HTTP. "
                + "Leave them out.", nameof(address));
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' has a '?' or '#' in it: a dataset has many files, so the "
                + "address is that of their folder.", nameof(address));
        return new HttpStore(trimmed, options);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        throw new StoreException(StoreFault.NotSupported, Address, "a web server does not list its files",
            "Go by the dataset's own list, 'files.parquet'");

    /// <inheritdoc/>
    public override Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false,
        CancellationToken cancellationToken = default) => throw ReadOnly();

    /// <inheritdoc/>
    public override Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default) =>
        throw ReadOnly();

    /// <inheritdoc/>
    public override Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default) => throw ReadOnly();

    /// <inheritdoc/>
    public override Task DeleteAsync(string path, CancellationToken cancellationToken = default) => throw ReadOnly();

    internal override Uri UriOf(string path) =>
        new($"{root}/{EscapedPath.Of(path)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    internal override ValueTask SignAsync(HttpRequestMessage request, CancellationToken cancellationToken) => default;

    internal override bool FollowsRedirects => true;

    internal override Exception? Explain(RemoteObject file, HttpResponseMessage response, string body) => null;

    private StoreException ReadOnly() => new(StoreFault.NotSupported, Address, "datasets are read over HTTP, not written",
        "Write to a folder or to s3://bucket/prefix, which the web server then shows");
}
