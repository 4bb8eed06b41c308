using System.Buffers;

namespace Pile.Stac;

/// <summary>Removes names and passwords of users from addresses (RFC 3986, 3.2.1).</summary>
internal static class AddressUserInfo
{
    private const int LongestUserInfo = 4096;

    // In JSON a slash may be written as \/.
    private static ReadOnlySpan<byte> Start => "://"u8;
    private static ReadOnlySpan<byte> EscapedStart => ":\\/\\/"u8;
    private static SearchValues<byte> NotInUserInfo { get; } = SearchValues.Create(" \t\r\n\f\v\"'<>?#"u8);

    /// <summary>Returns a document whose addresses have no user information; the same memory if nothing is removed.</summary>
    /// <param name="document">A JSON or YAML document. The rest of the bytes is unchanged.</param>
    internal static ReadOnlyMemory<byte> RemoveFrom(ReadOnlyMemory<byte> document)
    {
        ArrayBufferWriter<byte>? cleaned = null;
        ReadOnlySpan<byte> text = document.Span;
        int copied = 0;
        for (int at = 0; text[at..].IndexOf((byte)'@') is >= 0 and var next; at++)
        {
            at += next;
            ReadOnlySpan<byte> before = text[Math.Max(copied, at - LongestUserInfo)..at];
            int length = before.Length - Math.Max(EndOf(before, Start), EndOf(before, EscapedStart)), start = at - length;
            bool continues = copied > 0 && !text[copied..at].ContainsAny(NotInUserInfo) && !text[copied..at].Contains((byte)'/');
            if (!continues && (length > before.Length || !IsUserInfo(text[start..at])))
                continue;
            cleaned ??= new ArrayBufferWriter<byte>(document.Length);
            if (!continues) // a password may have an at sign: the host is after the last one
                cleaned.Write(text[copied..start]);
            copied = at + 1;
        }
        if (cleaned is null)
            return document;
        cleaned.Write(text[copied..]);
        return cleaned.WrittenMemory;
    }

    private static int EndOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) =>
        text.LastIndexOf(start) is >= 0 and var at ? at + start.Length : -1;

    // Keys of S3 have slashes, which should be encoded and often are not. A number before the slash is a port.
    private static bool IsUserInfo(ReadOnlySpan<byte> text) => !text.ContainsAny(NotInUserInfo)
        && (text.IndexOf((byte)'/') is not (>= 0 and var slash)
            || (text[..slash].IndexOf((byte)':') is >= 0 and var colon
                && text[(colon + 1)..slash].TrimEnd((byte)'\\').ContainsAnyExceptInRange((byte)'0', (byte)'9')));
}
