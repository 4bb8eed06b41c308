using Pile.Storage;

namespace Pile.Stac;

/// <summary>A file that was fetched into memory.</summary>
internal sealed class BytesFile(byte[] bytes) : IRandomAccessFile
{
    /// <summary>The content.</summary>
    internal byte[] Bytes => bytes;

    /// <inheritdoc/>
    public long LengthBytes => bytes.Length;

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination) =>
        bytes.AsSpan((int)offsetBytes, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        Read(offsetBytes, destination.Span);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
