using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>Compares the pages of a Parquet file with their checksums (<c>crc</c> of PageHeader in parquet.thrift: the CRC-32 of the bytes
/// after the header), which DuckDB does not.</summary>
internal static class PageCrcCheck
{
    private const int DictionaryPage = 2, TailBytes = 8, LeastWindowBytes = 4096, MostWindowBytes = 16 << 20,
        BlockBytes = 1 << 18;

    /// <summary>Returns what is wrong with the first page that is not that of its checksum; null if all are. Most files have no
    /// checksums: of these, the first page of each column is looked at.</summary>
    /// <param name="path">A Parquet file. What cannot be walked is left to its reader.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static string? Fault(string path, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        byte[] window = ArrayPool<byte>.Shared.Rent(LeastWindowBytes), block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            if (ReadFooter(file, path) is not { } footer)
                return null;
            for (int group = 0; group < footer.Groups.Length; group++)
                for (int column = 0; column < footer.Columns.Length; column++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (FaultOf(file, path, footer.Groups[group].Chunks[column], ref window, block) is var (page, offset, computed, stored))
                        return $"page {page} of column '{footer.Columns[column].Name}' in row group {group} (at byte {offset}) has the "
                            + $"CRC-32 {computed:x8}, not {stored:x8} as its header says";
                }
            return null;
        }
        catch (PlainParquetException)
        {
            return null; // damaged or unknown structures, for which the reader has a message
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static EncodedFooter? ReadFooter(SafeFileHandle file, string path)
    {
        long bytes = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[TailBytes];
        if (bytes < TailBytes + 4 || Read(file, tail, bytes - TailBytes) < TailBytes || !tail[4..].SequenceEqual("PAR1"u8))
            return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < 0 || length > bytes - TailBytes - 4)
            return null;
        byte[] footer = new byte[length];
        return Read(file, footer, bytes - TailBytes - length) < length ? null : EncodedFooter.Read(footer, path);
    }

    private static (int Page, long Offset, uint Computed, uint Stored)? FaultOf(SafeFileHandle file, string path, EncodedChunk chunk,
        ref byte[] window, byte[] block)
    {
        long offset = chunk.Offset;
        int pages = 0;
        for (long left = chunk.Values; left > 0; pages++)
        {
            PageHead head = HeadAt(file, path, offset, ref window);
            if (head.StoredBytes < 0 || head.Values < 0 || (head.Checksum is null && pages == 0))
                return null;
            if (head.Checksum is { } stored && Compute(file, offset + head.Length, head.StoredBytes, block) is { } computed
                && computed != (uint)stored)
                return (pages, offset, computed, (uint)stored);
            left -= head.Type == DictionaryPage ? 0 : head.Values;
            offset += head.Length + (long)head.StoredBytes;
        }
        return null;
    }

    // The length of a header is known when it is read: with statistics it can be long.
    private static PageHead HeadAt(SafeFileHandle file, string path, long offset, ref byte[] window)
    {
        while (true)
        {
            int read = Read(file, window, offset);
            try
            {
                return PageHead.Read(window.AsSpan(0, read), path);
            }
            catch (PlainParquetException) when (read == window.Length && read < MostWindowBytes)
            {
                ArrayPool<byte>.Shared.Return(window);
                window = ArrayPool<byte>.Shared.Rent(8 * read);
            }
        }
    }

    /// <summary>Returns the CRC-32 of some bytes; null if the file ends before them.</summary>
    private static uint? Compute(SafeFileHandle file, long offset, int bytes, byte[] block)
    {
        Crc32 crc = new();
        for (int done = 0, read; done < bytes; done += read)
        {
            read = Read(file, block.AsSpan(0, Math.Min(block.Length, bytes - done)), offset + done);
            if (read == 0)
                return null;
            crc.Append(block.AsSpan(0, read));
        }
        return crc.GetCurrentHashAsUInt32();
    }

    private static int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes[read..], offset + read) is > 0 and int more)
            read += more;
        return read;
    }
}
