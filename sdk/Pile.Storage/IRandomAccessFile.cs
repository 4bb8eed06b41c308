namespace Pile.Storage;

/// <summary>An open file that any number of threads read at any place at once.</summary>
internal interface IRandomAccessFile : IDisposable
{
    /// <summary>The file's length in bytes when it was opened.</summary>
    long LengthBytes { get; }

    /// <summary>Fills the destination with the bytes from an offset on. Of a remote file the calling thread waits for the answer.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    /// <exception cref="InvalidDataException">The file does not have the length that it was opened with.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed; also while another thread reads.</exception>
    /// <exception cref="StoreException">The store refuses or fails, or the file was changed since its first read.</exception>
    void Read(long offsetBytes, Span<byte> destination);

    /// <inheritdoc cref="Read"/>
    ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Fills many destinations, each by a request of its own, as many at once as the store's traits allow. Whoever asks has joined
    /// what lies close.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default);

    /// <summary>True when a byte is known to come from a disk if it is read now; false when the system has it in memory, or does not say,
    /// and where there is no such byte. Nobody waits for the answer, but the system may begin to fetch what was asked for.</summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    bool IsOnDisk(long offsetBytes) => false;
}
