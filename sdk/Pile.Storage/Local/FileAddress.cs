namespace Pile.Storage;

/// <summary>Addresses of local files: <c>file:///PATH</c>, and <c>file://localhost/PATH</c>, which is the same (RFC 8089, section
/// 2).</summary>
internal static class FileAddress
{
    private const string LocalHost = "file://localhost/";

    /// <summary>Returns the path of an address.</summary>
    /// <exception cref="ArgumentException">It is a file of another computer, or not a valid address.</exception>
    internal static string PathOf(string address)
    {
        // System.Uri takes any host for the server of a Windows share.
        string local = address.StartsWith(LocalHost, StringComparison.OrdinalIgnoreCase)
            ? "file:///" + address[LocalHost.Length..] : address;
        if (!Uri.TryCreate(local, UriKind.Absolute, out Uri? uri))
            throw new ArgumentException($"'{address}' is not a valid address. Give file:///PATH, or the path itself.", nameof(address));
        return uri.Host.Length == 0 ? uri.LocalPath : throw new ArgumentException($"'{address}' is a file of another computer, "
            + $"'{uri.Host}'. Mount its folder, and give file:///PATH, or the path itself.", nameof(address));
    }
}
