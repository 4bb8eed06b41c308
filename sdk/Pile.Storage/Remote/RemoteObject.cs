namespace Pile.Storage;

/// <summary>A file of a remote store, and what its answers have said of it: every later answer must say the same.</summary>
/// <param name="address">Its address for messages.</param>
/// <param name="uri">Where it is asked for.</param>
internal sealed class RemoteObject(string address, Uri uri)
{
    private string? tag;
    private long lengthBytes = -1;

    internal string Address => address;

    internal Uri Uri => uri;

    /// <summary>The ETag, or where there is none the time of the last change; null before the first answer, or where there is
    /// neither.</summary>
    internal string? Tag => Volatile.Read(ref tag);

    /// <summary>What <c>If-Match</c> is sent with: a strong ETag. A weak one never matches (RFC 9110, 13.1.1).</summary>
    internal string? StrongTag => Tag is ['"', ..] strong ? strong : null;

    /// <summary>The length; -1 before the first answer.</summary>
    internal long LengthBytes => Volatile.Read(ref lengthBytes);

    /// <summary>Takes what an answer says, or finds that it is not what earlier ones said.</summary>
    /// <exception cref="StoreException">The file was changed meanwhile.</exception>
    internal void Meet(string? foundTag, long foundBytes)
    {
        if (foundTag is not null && Interlocked.CompareExchange(ref tag, foundTag, null) is { } known && known != foundTag)
            throw Changed($"its ETag was {known}, now it is {foundTag}");
        if (foundBytes >= 0 && Interlocked.CompareExchange(ref lengthBytes, foundBytes, -1) is >= 0 and var before && before != foundBytes)
            throw Changed($"it had {before} bytes, now it has {foundBytes}");
    }

    /// <summary>Forgets the answers: for whoever reads a file anew from its beginning.</summary>
    internal void Forget()
    {
        Volatile.Write(ref tag, null);
        Volatile.Write(ref lengthBytes, -1);
    }

    internal StoreException Changed(string finding) =>
        new(StoreFault.Changed, address, $"the file was changed while it was read: {finding}",
            "Open the dataset again; files of a published dataset never change, so ask its publisher if this comes again");
}
