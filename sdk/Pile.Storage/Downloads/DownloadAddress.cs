using System.Text;

namespace Pile.Storage;

/// <summary>The address of a file to download, and the name that it gets.</summary>
internal static class DownloadAddress
{
    // Leaves space for the endings of the temporary files; most file systems allow 255 bytes.
    private const int MaxNameBytes = 240;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens the store of a file. Sends no request.</summary>
    /// <returns>The store, and the path of the file in it.</returns>
    /// <exception cref="ArgumentException">The address is not valid, or has another scheme than http, https and s3.</exception>
    /// <exception cref="StoreException">The environment's settings for S3 are not valid.</exception>
    internal static (RemoteStore Store, string Path) Open(string address, StoreOptions options)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        switch (scheme < 0 ? "" : address[..scheme].ToUpperInvariant())
        {
            case "HTTP" or "HTTPS":
                return (HttpStore.ForFile(address, options), "");
            case "S3":
                S3Address parsed = S3Address.Parse(address);
                int slash = parsed.Prefix.LastIndexOf('/');
                return parsed.Prefix.Length == 0
                    ? throw new ArgumentException($"'{address}' is a bucket. Expected s3://bucket/key of a file.", nameof(address))
                    : (S3Store.Create($"s3://{parsed.Bucket}/{(slash < 0 ? "" : parsed.Prefix[..slash])}", options),
                        parsed.Prefix[(slash + 1)..]);
            default:
                throw new ArgumentException($"'{address}' cannot be downloaded. Expected an address that begins with http://, https:// or "
                    + "s3://.", nameof(address));
        }
    }

    /// <summary>Returns the last name of the path of an address, percent-decoded for a web server.</summary>
    /// <exception cref="ArgumentException">The path does not end with a name that is safe as the name of a file.</exception>
    internal static string NameOf(string address)
    {
        int start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        bool isKey = address.StartsWith("s3://", StringComparison.OrdinalIgnoreCase);
        int end = isKey ? -1 : address.AsSpan(start).IndexOfAny('?', '#');
        string path = end < 0 ? address[start..] : address[start..(start + end)];
        int slash = path.LastIndexOf('/');
        string? name = slash < 0 ? "" : isKey ? path[(slash + 1)..] : Decoded(path[(slash + 1)..]);
        string? fault = name is null ? "is not UTF-8"
            : name.Length == 0 ? "is missing"
            : name is "." or ".." ? "is that of a folder"
            : name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl) ? "contains a slash or a control character"
            : Encoding.UTF8.GetByteCount(name) > MaxNameBytes ? $"has more than {MaxNameBytes} bytes"
            : name.EndsWith(FileDownload.PartEnding, StringComparison.Ordinal) || name.EndsWith(FileDownload.RecordEnding,
                StringComparison.Ordinal) ? "is that of an unfinished download" : null;
        return fault is null ? name!
            : throw new ArgumentException($"'{address}' does not end with the name of a file: the name {fault}.", nameof(address));
    }

    private static string? Decoded(string escaped)
    {
        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(escaped);
            int length = 0;
            for (int i = 0; i < bytes.Length; i++, length++)
                if (bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1])
                    && char.IsAsciiHexDigit((char)bytes[i + 2]))
                {
                    bytes[length] = Convert.FromHexString(Encoding.ASCII.GetString(bytes, i + 1, 2))[0];
                    i += 2;
                }
                else
                    bytes[length] = bytes[i];
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
