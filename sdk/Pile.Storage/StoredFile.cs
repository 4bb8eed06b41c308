namespace Pile.Storage;

/// <summary>A file that a store lists.</summary>
/// <param name="Path">The path, relative to the store's address.</param>
/// <param name="Bytes">The length.</param>
internal readonly record struct StoredFile(string Path, long Bytes)
{
    /// <summary>The time of the last change in microseconds since 1970-01-01 UTC; null if the listing does not have it.</summary>
    internal long? ModifiedMicros { get; init; }

    /// <summary>The entity tag; null if the listing does not have it.</summary>
    internal string? ETag { get; init; }
}
