using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The rows of some <see cref="RowsFile"/>s with the same columns, as one table.</summary>
internal sealed class RowsTable : IDuckDbTable
{
    private readonly List<(string Path, RowsFooter Footer, int Batch)> batches = [];

    /// <param name="columns">The columns of the rows.</param>
    /// <param name="places">Their places in files.</param>
    /// <exception cref="SourceUnreadableException">A file was damaged.</exception>
    internal RowsTable(IReadOnlyList<DuckDbField> columns, IEnumerable<(string Path, SpillRange Place)> places)
    {
        Columns = columns;
        foreach ((string path, SpillRange place) in places)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            RowsFooter footer = RowsFooter.Read(path, file, place);
            for (int batch = 0; batch < footer.Batches.Count; batch++)
            {
                if (footer.BlocksOf(batch).Length != columns.Count)
                    throw RowsFooter.Damaged(path);
                batches.Add((path, footer, batch));
                RowCount += footer.Batches[batch].RowCount;
            }
        }
    }

    public IReadOnlyList<DuckDbField> Columns { get; }

    public long RowCount { get; }

    public int BatchCount => batches.Count;

    public int RowsOf(int batch) => (int)batches[batch].Footer.Batches[batches[batch].Batch].RowCount;

    public DuckDbColumn[] Read(int batch, ReadOnlySpan<int> columns, ref byte[] buffer)
    {
        (string path, RowsFooter footer, int number) = batches[batch];
        ReadOnlySpan<RowsBlock> blocks = footer.BlocksOf(number);
        long total = 0;
        foreach (int column in columns)
            total += blocks[column].Bytes;
        if (buffer.Length < total)
        {
            byte[] small = buffer;
            buffer = [];
            if (small.Length > 0)
                ArrayPool<byte>.Shared.Return(small);
            buffer = ArrayPool<byte>.Shared.Rent(checked((int)total));
        }

        DuckDbColumn[] loaded = new DuckDbColumn[columns.Length];
        using SafeFileHandle file = File.OpenHandle(path);
        int at = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            long offset = footer.Batches[number].Offset;
            for (int before = 0; before < columns[i]; before++)
                offset += blocks[before].Bytes;
            RowsBlock block = blocks[columns[i]];
            Memory<byte> bytes = buffer.AsMemory(at, block.Bytes);
            if (ReadFully(file, bytes.Span, offset) != block.Bytes || Crc32C.Compute(bytes.Span) != block.Crc32C)
                throw RowsFooter.Damaged(path);
            loaded[i] = DuckDbColumn.Load(bytes);
            at += block.Bytes;
        }
        return loaded;
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes[read..], offset + read) is > 0 and int more)
            read += more;
        return read;
    }
}
