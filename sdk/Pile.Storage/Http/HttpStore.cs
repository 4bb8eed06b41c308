namespace Pile.Storage;

/// <summary>A folder of a web server; read only. Reading rows requires support for range requests; queries do not.</summary>
internal sealed class HttpStore : RemoteStore
{
    private readonly string root;

    private HttpStore(string address, StoreOptions options) : base(address, address, options) => root = address;

    internal static HttpStore Create(string address, StoreOptions options)
    {
        string trimmed = address.TrimEnd('/');
        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new ArgumentException($"'{address}' is not a valid address. Expected http(s)://server/path.", nameof(address));
        // The address is not repeated in the message, which may be logged.
        if (uri.UserInfo.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' contains a user name or password, which Pile does not send "
                + "over HTTP. "
                + "Remove them.", nameof(address));
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' contains a '?' or '#'. Give the address of the folder "
                + "with the files of the dataset.", nameof(address));
        return new HttpStore(trimmed, options);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        throw new StoreException(StoreFault.NotSupported, Address, "a web server does not list its files",
            "Use the dataset's own list of files, 'files.parquet'");

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

    internal override Exception? ErrorOf(RemoteObject file, HttpResponseMessage response, string body) => null;

    private StoreException ReadOnly() => new(StoreFault.NotSupported, Address, "datasets cannot be written over HTTP",
        "Write to a folder or to s3://bucket/prefix, and publish that on the web server");
}
