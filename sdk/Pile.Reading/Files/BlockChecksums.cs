using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Computes the CRC-32C of the blocks of a file.</summary>
internal static class BlockChecksums
{
    /// <summary>Computes the CRC-32C of each block of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static uint[] Compute(string path, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        uint[] found = new uint[FileBlocks.CountOf(RandomAccess.GetLength(file))];
        for (int block = 0; block < found.Length; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            found[block] = Compute(file, block);
        }
        return found;
    }

    /// <summary>Computes the CRC-32C of one block.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static uint Compute(SafeFileHandle file, int block)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FileBlocks.Bytes);
        try
        {
            return Crc32C.Compute(buffer.AsSpan(0, Read(file, (long)block * FileBlocks.Bytes, buffer.AsSpan(0, FileBlocks.Bytes))));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills a buffer from a file, as far as the file has bytes.</summary>
    /// <returns>The number of bytes read.</returns>
    internal static int Read(SafeFileHandle file, long offset, Span<byte> destination)
    {
        int read = 0;
        for (int more; read < destination.Length && (more = RandomAccess.Read(file, destination[read..], offset + read)) > 0;)
            read += more;
        return read;
    }
}
