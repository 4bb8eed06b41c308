using System.Buffers;
using System.Buffers.Binary;

namespace Pile.Parquet;

/// <summary>Joins files with different columns of the same rows to one file: the bytes that their writer makes if it writes all columns
/// itself.</summary>
internal static class ParquetJoin
{
    private const int MagicBytes = 4, TailBytes = 8, BufferBytes = 1 << 20;

    /// <summary>Joins files.</summary>
    /// <param name="parts">The files, with the same row groups: first all row groups, then their Bloom filters, then the footer, as DuckDB
    /// writes them.</param>
    /// <param name="path">The new file.</param>
    /// <param name="cancellationToken">Cancels the copying.</param>
    /// <exception cref="PlainParquetException">A part is not such a file, or the parts differ in their row groups.</exception>
    internal static void Write(IReadOnlyList<string> parts, string path, CancellationToken cancellationToken = default)
    {
        FileStream[] sources = new FileStream[parts.Count];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int i = 0; i < sources.Length; i++)
                sources[i] = new FileStream(parts[i], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            PartFooter[] footers = [.. sources.Select(Read)];
            foreach (PartFooter part in footers)
                if (!part.Groups.Select(g => g.Rows.Value).SequenceEqual(footers[0].Groups.Select(g => g.Rows.Value)))
                    throw new PlainParquetException(part.Path,
                        $"its row groups have other numbers of rows than those of '{footers[0].Path}'");
            using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write("PAR1"u8);
            for (int group = 0; group < footers[0].Groups.Count; group++)
                for (int i = 0; i < sources.Length; i++)
                    footers[i].Groups[group].Pages.NewOffset = Copy(sources[i], footers[i].Groups[group].Pages, file);
            for (int group = 0; group < footers[0].Groups.Count; group++)
                for (int i = 0; i < sources.Length; i++)
                    footers[i].Groups[group].Filters.NewOffset = Copy(sources[i], footers[i].Groups[group].Filters, file);
            byte[] footer = JoinedFooter.Of(footers);
            file.Write(footer);
            Span<byte> tail = stackalloc byte[TailBytes];
            BinaryPrimitives.WriteInt32LittleEndian(tail, footer.Length);
            "PAR1"u8.CopyTo(tail[sizeof(int)..]);
            file.Write(tail);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (FileStream source in sources)
                source?.Dispose();
        }

        long Copy(FileStream source, PartBytes part, FileStream file)
        {
            long newOffset = file.Position;
            source.Position = part.Offset;
            for (long left = part.End - part.Offset; left > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(BufferBytes, left);
                source.ReadExactly(buffer, 0, count);
                file.Write(buffer, 0, count);
                left -= count;
            }
            return newOffset;
        }
    }

    private static PartFooter Read(FileStream file)
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        if (file.Length < MagicBytes + TailBytes)
            throw new PlainParquetException(file.Name, $"{file.Length} bytes are not a Parquet file");
        file.Position = file.Length - TailBytes;
        file.ReadExactly(tail);
        long bytes = BinaryPrimitives.ReadUInt32LittleEndian(tail), offset = file.Length - TailBytes - bytes;
        if (!tail[sizeof(int)..].SequenceEqual("PAR1"u8) || offset < MagicBytes)
            throw new PlainParquetException(file.Name, "the file has no footer at its end");
        byte[] footer = new byte[bytes];
        file.Position = offset;
        file.ReadExactly(footer);
        return PartFooter.Read(footer, file.Name);
    }
}
