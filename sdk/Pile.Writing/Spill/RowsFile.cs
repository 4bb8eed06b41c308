using System.Buffers;
using Pile.Codecs;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Writes rows in batches to a file in which each column of a batch is one block, so that a later pass reads the columns it
/// needs. A column that has the same value in all rows of a batch is stored once.</summary>
/// <param name="file">The file, at whose end the rows begin.</param>
/// <param name="buffer">The memory for rows that are not written yet. Files may share it if each is flushed before another is
/// filled.</param>
/// <remarks>The blocks are followed by a <see cref="RowsFooter"/>. Rows that fit into the buffer are written at the end only.</remarks>
internal sealed class RowsFile(SpillFile file, ArrayBufferWriter<byte> buffer)
{
    /// <summary>The end of the names of such files.</summary>
    internal const string Extension = ".rows";

    private const int BufferBytes = 1 << 20;

    private readonly RowsFooter footer = new();
    private readonly long firstByte = file.Length;

    internal long Rows { get; private set; }

    /// <summary>Appends a batch. Its memory may be reused afterwards.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount)
    {
        footer.Begin(rowCount, file.Length + buffer.WrittenCount);
        foreach (DuckDbColumn column in columns)
        {
            int start = buffer.WrittenCount;
            column.Save(buffer);
            ReadOnlySpan<byte> block = buffer.WrittenSpan[start..];
            footer.Add(block.Length, Crc32C.Compute(block));
            if (buffer.WrittenCount >= BufferBytes)
                Flush();
        }
        Rows += rowCount;
    }

    /// <summary>Writes what is left, and returns the place of the rows in the file.</summary>
    internal SpillRange Complete()
    {
        footer.Save(buffer);
        Flush();
        return SpillRange.Of(file, firstByte);
    }

    /// <summary>Writes the batches so far.</summary>
    internal void Flush()
    {
        file.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}
