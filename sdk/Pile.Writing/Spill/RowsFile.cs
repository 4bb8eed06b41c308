using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Writes rows in batches to a file in which each column of a batch is one block, so that a later pass reads the columns it
/// needs. A column that has the same value in all rows of a batch is stored once.</summary>
/// <param name="path">The file.</param>
/// <param name="buffer">The memory for rows that are not written yet. Files may share it if each is flushed before another is
/// filled.</param>
/// <remarks>The blocks are followed by a <see cref="RowsFooter"/>. Rows that fit into the buffer are written at the end only.</remarks>
internal sealed class RowsFile(string path, ArrayBufferWriter<byte> buffer) : IDisposable
{
    /// <summary>The end of the names of such files.</summary>
    internal const string Extension = ".rows";

    private const int BufferBytes = 1 << 20;

    private readonly RowsFooter footer = new();
    private SafeFileHandle? handle;
    private long written;

    internal long Rows { get; private set; }

    /// <summary>Appends a batch. Its memory may be reused afterwards.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount)
    {
        footer.Begin(rowCount, written + buffer.WrittenCount);
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

    /// <summary>Writes what is left, and returns the size of the file.</summary>
    internal long Complete()
    {
        footer.Save(buffer);
        Flush();
        Dispose();
        return written;
    }

    /// <summary>Writes the batches so far.</summary>
    internal void Flush()
    {
        handle ??= File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(handle, buffer.WrittenSpan, written);
        written += buffer.WrittenCount;
        buffer.ResetWrittenCount();
    }

    public void Dispose()
    {
        handle?.Dispose();
        handle = null;
    }
}
