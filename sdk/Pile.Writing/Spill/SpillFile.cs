using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Pile.Writing.Spill;

/// <summary>A file that grows at its end. It is created with its first bytes.</summary>
/// <remarks>It has its own buffer, because that of a stream would be written even if the unit is abandoned, and fail again on a full
/// disk.</remarks>
internal sealed class SpillFile(string path) : IDisposable
{
    private const int BufferBytes = 1 << 20;
    private byte[] buffer = [];
    private int buffered;
    private long written;
    private SafeFileHandle? handle;

    internal string Path => path;

    /// <summary>The size with what is not written yet.</summary>
    internal long Length => written + buffered;

    /// <summary>Appends bytes, of which small ones are collected.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (buffer.Length == 0)
            buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        if (bytes.Length > buffer.Length - buffered)
            Flush();
        if (bytes.Length > buffer.Length)
            Write(bytes);
        else
        {
            bytes.CopyTo(buffer.AsSpan(buffered));
            buffered += bytes.Length;
        }
    }

    /// <summary>Appends bytes and writes them at once.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        Flush();
        WriteAtEnd(bytes);
    }

    /// <summary>Writes what was collected.</summary>
    internal void Flush()
    {
        if (buffered > 0)
            WriteAtEnd(buffer.AsSpan(0, buffered));
        buffered = 0;
    }

    /// <summary>Removes everything behind a length that was flushed, also what a failed write has left there.</summary>
    internal void Truncate(long length)
    {
        (buffered, written) = (0, length);
        if (handle is not null)
            RandomAccess.SetLength(handle, length);
    }

    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, buffered) = ([], 0);
    }

    private void WriteAtEnd(ReadOnlySpan<byte> bytes)
    {
        handle ??= File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(handle, bytes, written);
        written += bytes.Length;
    }
}
