using System.Buffers;
using System.Text;

namespace Pile.Storage;

/// <summary>Percent-encodes a path as RFC 3986 and S3 require: everything except letters, digits, <c>-._~</c> and <c>/</c>.</summary>
internal static class EscapedPath
{
    private static readonly SearchValues<char> OfUris =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#@!$&'()*+,;=%");

    internal static string Of(string path)
    {
        StringBuilder escaped = new(path.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(path))
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' or (byte)'/')
                escaped.Append((char)b);
            else
                escaped.Append('%').Append(b.ToString("X2"));
        return escaped.ToString();
    }

    /// <summary>Percent-encodes the characters of an address that a URI cannot have (RFC 3986): spaces, quotes, brackets, and all that are
    /// not ASCII. What is encoded already, and the server, stay as they are.</summary>
    internal static string Completed(string address)
    {
        int path = address.IndexOf('/', address.IndexOf("://", StringComparison.Ordinal) + 3);
        if (path < 0 || !address.AsSpan(path).ContainsAnyExcept(OfUris))
            return address;
        StringBuilder escaped = new(address, 0, path, address.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(address[path..]))
            if (OfUris.Contains((char)b))
                escaped.Append((char)b);
            else
                escaped.Append('%').Append(b.ToString("X2"));
        return escaped.ToString();
    }
}
