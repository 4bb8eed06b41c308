using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Pile.Hdf5;

/// <summary>Writes bytes at offsets of a new file. Bytes that follow each other are written together.</summary>
internal sealed class FileTail(string path) : IDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
    private byte[]? buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private long start;
    private int count;

    /// <exception cref="IOException">The bytes cannot be written: the disk is full, for example.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(buffer is null, this);
        if (offset != start + count || bytes.Length > BufferBytes - count)
        {
            Flush();
            start = offset;
        }
        if (bytes.Length > BufferBytes / 2 && count == 0)
        {
            RandomAccess.Write(file, bytes, offset);
            start += bytes.Length;
            return;
        }
        bytes.CopyTo(buffer.AsSpan(count));
        count += bytes.Length;
    }

    /// <summary>Writes all bytes to the file.</summary>
    /// <exception cref="IOException">The bytes cannot be written.</exception>
    internal void Flush()
    {
        if (count > 0)
            RandomAccess.Write(file, buffer.AsSpan(0, count), start);
        start += count;
        count = 0;
    }

    /// <summary>Closes the file without the bytes that were not flushed.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (buffer is not null)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }
}
