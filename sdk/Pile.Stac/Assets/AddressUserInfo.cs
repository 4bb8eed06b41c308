using System.Buffers;

namespace Pile.Stac;

/// <summary>Removes names and passwords of users from addresses (RFC 3986, 3.2.1).</summary>
internal static class AddressUserInfo
{
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
            int start = text[..at].LastIndexOf((byte)'/') + 1;
            if (!(text[..start].EndsWith(Start) || text[..start].EndsWith(EscapedStart)) || text[start..at].ContainsAny(NotInUserInfo))
                continue;
            cleaned ??= new ArrayBufferWriter<byte>(document.Length);
            if (start > copied)
                cleaned.Write(text[copied..start]);
            copied = at + 1;
        }
        if (cleaned is null)
            return document;
        cleaned.Write(text[copied..]);
        return cleaned.WrittenMemory;
    }
}
