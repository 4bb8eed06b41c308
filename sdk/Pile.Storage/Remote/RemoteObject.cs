namespace Pile.Storage;

/// <summary>A file of a remote store with the ETag and length of its first response, which every later response must match.</summary>
/// <param name="address">The address for messages.</param>
/// <param name="uri">The address to send requests to.</param>
internal sealed class RemoteObject(string address, Uri uri)
{
    private string? tag;
    private long lengthBytes = -1;

    internal string Address => address;

    internal Uri Uri => uri;

    /// <summary>The ETag, or the time of the last change if there is no ETag;
    /// null before the first response, or if it has neither.</summary>
    internal string? Tag => Volatile.Read(ref tag);

    /// <summary>The ETag for <c>If-Match</c>, if it is a strong one. A weak one never matches (RFC 9110, 13.1.1).</summary>
    internal string? StrongTag => Tag is ['"', ..] strong ? strong : null;

    /// <summary>The length; -1 before the first response.</summary>
    internal long LengthBytes => Volatile.Read(ref lengthBytes);

    /// <summary>Stores the ETag and length of the first response, and rejects later responses that differ.</summary>
    /// <exception cref="StoreException">The file was changed meanwhile.</exception>
    internal void RequireUnchanged(string? foundTag, long foundBytes)
    {
        if (foundTag is not null && Interlocked.CompareExchange(ref tag, foundTag, null) is { } known && known != foundTag)
            throw Changed($"its ETag was {known} and is now {foundTag}");
        if (foundBytes >= 0 && Interlocked.CompareExchange(ref lengthBytes, foundBytes, -1) is >= 0 and var before && before != foundBytes)
            throw Changed($"it had {before} bytes and now has {foundBytes}");
    }

    internal StoreException Changed(string finding) =>
        new(StoreFault.Changed, address, $"the file was changed: {finding}",
            "Open the dataset again; files of a published dataset never change, so contact its publisher if this happens again. If the "
            + "file was adopted, adopt it again");
}
