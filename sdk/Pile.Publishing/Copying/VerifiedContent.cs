using System.Security.Cryptography;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>A file of the source as a stream, read ahead. It returns the last bytes only if the SHA-256 of all bytes is correct, so that a
/// file with wrong bytes is never completed.</summary>
internal sealed class VerifiedContent : Stream
{
    private const int BlockBytes = 4 << 20;
    private const int LocalBlocks = 2, RemoteBlocks = 4;

    private readonly IRandomAccessFile file;
    private readonly SourceFaults faults;
    private readonly ListedFile listed;
    private readonly Action<long> report;
    private readonly int depth;
    private readonly Queue<Task<byte[]>> ahead = new();
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource ended = new();
    private ReadOnlyMemory<byte> current;
    private long requested, hashed, returned;

    internal VerifiedContent(IRandomAccessFile file, ListedFile listed, SourceFaults faults, bool isLocal, Action<long> report)
    {
        (this.file, this.listed, this.faults, this.report) = (file, listed, faults, report);
        depth = isLocal ? LocalBlocks : RemoteBlocks;
        if (listed.Bytes == 0)
            RequireChecksum();
    }

    public override bool CanRead => true;

    /// <summary>True, although only the length and the position are supported: writers need the length.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => listed.Bytes;

    public override long Position
    {
        get => returned;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (current.IsEmpty && hashed < listed.Bytes)
            await NextAsync(cancellationToken).ConfigureAwait(false);
        int count = Math.Min(buffer.Length, current.Length);
        current[..count].CopyTo(buffer);
        current = current[count..];
        returned += count;
        report(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset,
        int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    /// <summary>Waits for reads in progress, so that the file can be closed.</summary>
    public override async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        while (ahead.TryDequeue(out Task<byte[]>? block))
            await ((Task)block).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        sha256.Dispose();
        ended.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task NextAsync(CancellationToken cancellationToken)
    {
        while (ahead.Count < depth && requested < listed.Bytes)
        {
            int count = (int)Math.Min(BlockBytes, listed.Bytes - requested);
            ahead.Enqueue(ReadBlockAsync(requested, count));
            requested += count;
        }
        byte[] block = await ahead.Dequeue().WaitAsync(cancellationToken).ConfigureAwait(false);
        sha256.AppendData(block);
        hashed += block.Length;
        if (hashed == listed.Bytes)
            RequireChecksum();
        current = block;
    }

    private async Task<byte[]> ReadBlockAsync(long offset, int count)
    {
        byte[] block = GC.AllocateUninitializedArray<byte>(count);
        try
        {
            await file.ReadAsync(offset, block, ended.Token).ConfigureAwait(false);
            return block;
        }
        catch (Exception e) when (SourceFaults.IsOfFile(e))
        {
            throw faults.Unreadable(listed, e);
        }
    }

    private void RequireChecksum()
    {
        string found = Convert.ToHexStringLower(sha256.GetHashAndReset());
        if (found != listed.Sha256)
            throw new ChecksumMismatchException(found);
    }
}
