using System.Buffers;

namespace Pile.Storage;

/// <summary>A remote file that is read by range requests.</summary>
internal sealed class RemoteFile(RemoteReader reader, RemoteObject file, long lengthBytes, int parallelRequests) : IRandomAccessFile
{
    private bool isDisposed;

    /// <inheritdoc/>
    public long LengthBytes { get; } = lengthBytes;

    /// <inheritdoc/>
    public string? ETag => file.StrongTag;

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination)
    {
        // A span cannot be used asynchronously; the copy costs 1 % of the request.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(destination.Length);
        try
        {
            Memory<byte> part = buffer.AsMemory(0, destination.Length);
            Task.Run(() => ReadAsync(offsetBytes, part).AsTask()).GetAwaiter().GetResult();
            part.Span.CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref isDisposed), this);
        if (destination.IsEmpty)
            return default;
        return offsetBytes < 0 || offsetBytes > LengthBytes - destination.Length
            ? ValueTask.FromException(new EndOfStreamException($"'{file.Address}' ends before byte {offsetBytes + destination.Length}."))
            : ReadCheckedAsync(offsetBytes, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default) =>
        ParallelRanges.ReadAsync(this, ranges, parallelRequests, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Volatile.Write(ref isDisposed, true);

    private async ValueTask ReadCheckedAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(new RemoteRequest
        {
            Object = file,
            OffsetBytes = offsetBytes,
            Bytes = destination.Length,
            Memory = destination
        }, cancellationToken).ConfigureAwait(false);
        if (file.LengthBytes >= 0 && file.LengthBytes != LengthBytes)
            throw LocalFolder.WrongLength(file.LengthBytes, LengthBytes);
    }
}
