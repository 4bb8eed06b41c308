using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Storage;

/// <summary>A file of the local file system, read by position: no seek, no lock, no buffer.</summary>
internal sealed class LocalFile : IRandomAccessFile
{
    private readonly SafeFileHandle handle;
    private readonly string path;

    /// <summary>Opens a file.</summary>
    /// <exception cref="AccessDeniedException">The system denies permission to read it.</exception>
    internal LocalFile(string path)
    {
        this.path = path;
        // Sharing everything avoids the flock of .NET: datasets are immutable, and HDF5 takes its own locks. No FileOptions.RandomAccess:
        // the system detects random reads itself. With its read-ahead, a loader that reads rows in order from a cold disk is 2.5 times as
        // fast, and shuffled blocks are 1.9 times as fast; every fourth row at random is 0.9 times as fast.
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException e) when (File.Exists(path)) // not for a folder
        {
            throw AccessDeniedException.OfFile(path, e);
        }
        LengthBytes = RandomAccess.GetLength(handle);
    }

    /// <inheritdoc/>
    public long LengthBytes { get; }

    /// <inheritdoc/>
    public long? ModifiedMicros => (File.GetLastWriteTimeUtc(handle) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <inheritdoc/>
    public void Read(long offsetBytes, Span<byte> destination)
    {
        while (!destination.IsEmpty) // a read may return fewer bytes than requested
        {
            int count = RandomAccess.Read(handle, destination, offsetBytes);
            if (count == 0)
                throw PastEnd(offsetBytes);
            destination = destination[count..];
            offsetBytes += count;
        }
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offsetBytes, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        while (!destination.IsEmpty)
        {
            int count = await RandomAccess.ReadAsync(handle, destination, offsetBytes, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                throw PastEnd(offsetBytes);
            destination = destination[count..];
            offsetBytes += count;
        }
    }

    /// <inheritdoc/>
    public ValueTask ReadRangesAsync(ReadOnlyMemory<FileRange> ranges, CancellationToken cancellationToken = default) =>
        ParallelRanges.ReadAsync(this, ranges, StoreTraits.Local.ParallelRequests, cancellationToken);

    /// <inheritdoc/>
    public bool IsOnDisk(long offsetBytes) => SystemCache.IsMissing(handle, offsetBytes);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private EndOfStreamException PastEnd(long offsetBytes) => new($"'{path}' ends before byte {offsetBytes}.");
}
