using System.Net.Http.Headers;

namespace Pile.Storage;

/// <summary>A folder of a web server; read only. Reading rows requires support for range requests; queries do not.</summary>
internal sealed class HttpStore : RemoteStore
{
    private readonly string root;
    private readonly Uri? only;

    private HttpStore(string address, StoreOptions options, Uri? only = null) : base(address, address, options) =>
        (root, this.only) = (address, only);

    internal static HttpStore Create(string address, StoreOptions options)
    {
        string trimmed = EscapedPath.Completed(address.TrimEnd('/'));
        if (!Uri.TryCreate(trimmed, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new ArgumentException($"'{address}' is not a valid address. Expected http(s)://server/path.", nameof(address));
        // The address is not repeated in the message, which may be logged.
        if (uri.UserInfo.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' contains a user name or password, which Pile does not send "
                + "over HTTP. Remove them.", nameof(address));
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' contains a '?' or '#'. Give the address of the folder "
                + "with the files of the dataset.", nameof(address));
        return new HttpStore(trimmed, options);
    }

    /// <summary>Creates a store with one file, whose path is empty.</summary>
    /// <param name="address">The address of the file, which may have a query.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">The address is not valid, or has a user name, password or fragment.</exception>
    internal static HttpStore ForFile(string address, StoreOptions options)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            throw new ArgumentException($"'{address}' is not a valid address. Expected http(s)://server/path.", nameof(address));
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw new ArgumentException($"The address of server '{uri.Host}' contains a user name, a password or a '#'. Remove them.",
                nameof(address));
        return new HttpStore(address, options, uri);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<StoredFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        throw new StoreException(StoreFault.NotSupported, Address, "a web server does not list its files, so that only datasets, which "
            + "have a list of their own, are read over HTTP", "Give a folder or s3://bucket/prefix, or copy the files");

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

    internal override Uri UriOf(string path) => only
        ?? new($"{root}/{EscapedPath.Of(path)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    internal override ValueTask SignAsync(HttpRequestMessage request, CancellationToken cancellationToken) => default;

    internal override bool FollowsRedirects => true;

    internal override bool MayLeaveServer => only is not null;

    // Web servers state an encoding for files that are compressed on their disk.
    internal override bool StoresEncoded(RemoteObject file, HttpContentHeaders headers) =>
        only is not null && only.AbsolutePath.EndsWith("gz", StringComparison.OrdinalIgnoreCase)
        && headers.ContentEncoding is { Count: 1 } encodings && encodings.First() is "gzip" or "x-gzip";

    internal override Exception? ErrorOf(RemoteObject file, HttpResponseMessage response, string body) => null;

    private StoreException ReadOnly() => new(StoreFault.NotSupported, Address, "datasets cannot be written over HTTP",
        "Write to a folder or to s3://bucket/prefix, and publish that on the web server");
}
