namespace Pile.Storage;

/// <summary>Creates the store for an address.</summary>
internal static class FileStore
{
    /// <summary>Creates the store for a folder path, relative or absolute, or a <c>file://</c>, <c>s3://bucket/prefix</c>, <c>http://</c>
    /// or <c>https://</c> address. Sends no request.</summary>
    /// <param name="address">The folder or address.</param>
    /// <param name="options">For remote stores; null for <see cref="StoreOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The address is empty, malformed, contains a password, or has an unsupported scheme.</exception>
    /// <exception cref="StoreException">The environment's settings for a remote store are not valid.</exception>
    public static IFileStore For(string address, StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (string.IsNullOrWhiteSpace(address))
            throw new ArgumentException("The address is empty: expected a folder, s3://bucket/prefix, or http(s)://server/path.",
                nameof(address));
        options ??= StoreOptions.Default;
        RequirePositive(options.ParallelRequests, nameof(StoreOptions.ParallelRequests));
        RequirePositive(options.Attempts, nameof(StoreOptions.Attempts));
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        return scheme <= 0 ? new LocalFolder(address) : address[..scheme].ToUpperInvariant() switch
        {
            "FILE" => new LocalFolder(FileAddress.PathOf(address)),
            "S3" => S3Store.Create(address, options),
            "HTTP" or "HTTPS" => HttpStore.Create(address, options),
            _ => throw new ArgumentException($"Addresses with '{address[..scheme]}://' are not supported. Give a folder, "
                + "s3://bucket/prefix, or http(s)://server/path.", nameof(address)),
        };
    }

    private static void RequirePositive(int value, string option)
    {
        if (value < 1)
            throw new ArgumentException($"StoreOptions.{option} must be at least 1; it is {value}.");
    }

    /// <summary>Returns the store and the path of a file, whose name is percent-decoded in addresses of web servers. Sends no
    /// request.</summary>
    /// <param name="address">The path or address of the file.</param>
    /// <param name="options">For remote stores; null for <see cref="StoreOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">As <see cref="For"/>.</exception>
    /// <exception cref="StoreException">As <see cref="For"/>.</exception>
    internal static (IFileStore Store, string Path) OfFile(string address, StoreOptions? options = null)
    {
        int end = address.LastIndexOf('/');
        return (For(end < 0 ? "." : address[..Math.Max(end, 1)], options), NameOf(address));
    }

    /// <summary>Returns the last name of a path or address, percent-decoded in addresses of web servers.</summary>
    internal static string NameOf(string address)
    {
        string name = address[(address.LastIndexOf('/') + 1)..];
        return address.StartsWith("http", StringComparison.OrdinalIgnoreCase) && IsRemote(address) ? Uri.UnescapeDataString(name) : name;
    }

    /// <summary>Returns true for an address of a remote store, which is not a path of the local file system.</summary>
    public static bool IsRemote(string address) =>
        address.IndexOf("://", StringComparison.Ordinal) > 0 && !address.StartsWith("file://", StringComparison.OrdinalIgnoreCase);
}
