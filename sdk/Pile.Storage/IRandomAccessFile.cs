namespace Pile.Storage;

/// <summary>An open file that any number of threads read at any place at once.</summary>
public interface IRandomAccessFile : IDisposable
{
    /// <summary>The file's length in bytes when it was opened.</summary>
    long LengthBytes { get; }

    /// <summary>Fills the destination with the bytes from an offset on.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed; also while another thread reads.</exception>
    void Read(long offsetBytes, Span<byte> destination);

    /// <inheritdoc cref="Read"/>
    ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default);
}
