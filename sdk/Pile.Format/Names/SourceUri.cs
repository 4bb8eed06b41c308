namespace Pile.Format;

/// <summary>The addresses of files outside a dataset, as <c>sources.parquet</c> has them.</summary>
internal static class SourceUri
{
    /// <summary>Returns what is wrong with an address; null for a legal one.</summary>
    /// <remarks>An address is a path relative to the dataset, or <c>scheme://name/path</c>. Its path is plain text, not percent-encoded.
    /// It has no part that is empty, <c>.</c> or <c>..</c>, so that it cannot leave the place below which it is mounted.</remarks>
    internal static string? FindFault(string uri)
    {
        int scheme = uri.IndexOf("://", StringComparison.Ordinal);
        string path = scheme < 0 ? uri : uri[(scheme + 3)..];
        if (scheme == 0 || (scheme > 0 && !IsScheme(uri.AsSpan(0, scheme))))
            return "its scheme is not valid";
        if (scheme > 0 && path.Split('/')[0].Contains('@', StringComparison.Ordinal))
            return "it contains credentials";
        if (path.Contains('\0', StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal))
            return "it contains a backslash or a NUL character";
        foreach (string part in path.Split('/'))
            if (part is "" or "." or "..")
                return "a part of its path is empty, '.' or '..'";
        return null;
    }

    /// <summary>Returns whether an address is a path relative to the dataset.</summary>
    internal static bool IsRelative(string uri) => !uri.Contains("://", StringComparison.Ordinal);

    /// <summary>Returns whether an address is one of a store in the network.</summary>
    internal static bool IsRemote(string uri) =>
        uri.IndexOf("://", StringComparison.Ordinal) is > 0 and var end && IsRemoteScheme(uri[..(end + 3)]);

    /// <summary>Returns whether a text is a scheme of such addresses alone, as <c>https://</c>.</summary>
    internal static bool IsRemoteScheme(string uri) => uri is "https://" or "http://" or "s3://";

    /// <summary>Returns a mounted address as it is compared: a scheme as it is, others plain and without slashes at the end.</summary>
    internal static string Mounted(string uri) => IsRemoteScheme(uri) ? uri : Plain(uri.TrimEnd('/'));

    /// <summary>Returns an address as <c>sources.parquet</c> has it: those of web servers, which are percent-encoded (RFC 3986), are
    /// decoded, unless they have a query.</summary>
    internal static string Plain(string uri) =>
        (uri.StartsWith("http://", StringComparison.Ordinal) || uri.StartsWith("https://", StringComparison.Ordinal))
            && !uri.Contains('?', StringComparison.Ordinal) ? Uri.UnescapeDataString(uri) : uri;

    /// <summary>Returns the first part of an absolute address, <c>scheme://name</c>.</summary>
    internal static string PlaceOf(string uri) =>
        uri.IndexOf('/', uri.IndexOf("://", StringComparison.Ordinal) + 3) is > 0 and var end ? uri[..end] : uri;

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        return char.IsAsciiLetter(text[0]);
    }
}
