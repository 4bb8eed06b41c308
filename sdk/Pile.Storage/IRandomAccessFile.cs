namespace Pile.Storage;

/// <summary>An open file for random access by any number of threads at the same time.</summary>
internal interface IRandomAccessFile : IDisposable
{
    /// <summary>The file's length in bytes when it was opened.</summary>
    long LengthBytes { get; }

    /// <summary>The time of the last change in microseconds since 1970-01-01 UTC; null for a remote file.</summary>
    long? ModifiedMicros => null;

    /// <summary>The strong entity tag of a remote file; null for a local file, before the first response, and if the server has
    /// none.</summary>
    string? ETag => null;

    /// <summary>Fills the destination with the bytes at an offset. For a remote file this blocks the calling thread.</summary>
    /// <exception cref="EndOfStreamException">The range exceeds the end of the file.</exception>
    /// <exception cref="InvalidDataException">The file does not have the length that it was opened with.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed, possibly during the read.</exception>
    /// <exception cref="StoreException">The store denies the request or fails, or the file was changed since its first read.</exception>
    void Read(long offsetBytes, Span<byte> destination);

    /// <inheritdoc cref="Read"/>
    ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Fills many destinations, each with a request of its own, as many in parallel as the store's traits allow. The caller
    /// merges ranges that are close to each other.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default);

    /// <summary>Returns true if reading a byte now requires disk access.</summary>
    /// <remarks>Returns false if the byte is in the system's page cache, if the system does not report it, or if there is no such byte.
    /// Does not block, but the system may start to read the byte.</remarks>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    bool IsOnDisk(long offsetBytes) => false;
}
