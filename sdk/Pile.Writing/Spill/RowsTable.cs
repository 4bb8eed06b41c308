using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>The rows of some <see cref="RowsFile"/>s with the same columns, as one table.</summary>
internal sealed class RowsTable : IDuckDbTable
{
    private const long MaxGapBytes = 16 << 10;

    private readonly List<(PlacedRows Rows, RowsFooter Footer, int Batch)> batches = [];

    /// <param name="columns">The columns of the rows.</param>
    /// <param name="places">Where they are.</param>
    /// <exception cref="SourceUnreadableException">A file was damaged.</exception>
    internal RowsTable(IReadOnlyList<DuckDbField> columns, IEnumerable<PlacedRows> places)
    {
        Columns = columns;
        foreach (PlacedRows rows in places)
        {
            using SafeFileHandle file = File.OpenHandle(rows.Path);
            RowsFooter footer = RowsFooter.Read(rows.Path, file, rows.Place);
            for (int batch = 0; batch < footer.Batches.Count; batch++)
            {
                if (footer.BlocksOf(batch).Length != columns.Count)
                    throw RowsFooter.Damaged(rows.Path);
                batches.Add((rows, footer, batch));
                RowCount += footer.Batches[batch].RowCount;
            }
        }
    }

    private RowsTable(RowsTable whole, int step)
    {
        Columns = whole.Columns;
        for (int batch = 0; batch < whole.batches.Count; batch += step)
        {
            batches.Add(whole.batches[batch]);
            RowCount += RowsOf(batches.Count - 1);
        }
    }

    public IReadOnlyList<DuckDbField> Columns { get; }

    public long RowCount { get; }

    public int BatchCount => batches.Count;

    /// <summary>Returns every n-th batch.</summary>
    internal RowsTable Every(int n) => new(this, n);

    public int RowsOf(int batch) => (int)batches[batch].Footer.Batches[batches[batch].Batch].RowCount;

    /// <summary>Returns the size of a batch in its file.</summary>
    internal long BytesOf(int batch)
    {
        long bytes = 0;
        foreach (RowsBlock block in batches[batch].Footer.BlocksOf(batches[batch].Batch))
            bytes += block.Bytes;
        return bytes;
    }

    public DuckDbColumn[] Read(int batch, ReadOnlySpan<int> columns, ref byte[] buffer)
    {
        (PlacedRows rows, RowsFooter footer, int number) = batches[batch];
        string path = rows.Path;
        ReadOnlySpan<RowsBlock> blocks = footer.BlocksOf(number);
        (long wanted, long span, long first) = Extent(blocks, columns);
        bool isOneRead = span <= wanted + MaxGapBytes; // a row of hundreds of columns is read at once
        Resize(ref buffer, isOneRead ? span : wanted);

        DuckDbColumn[] loaded = new DuckDbColumn[columns.Length];
        using SafeFileHandle file = File.OpenHandle(path);
        long start = footer.Batches[number].Offset, offset = 0;
        if (isOneRead && ReadFully(file, buffer.AsSpan(0, (int)span), start + first) != span)
            throw RowsFooter.Damaged(path);
        int column = 0, at = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] < column)
                (column, offset) = (0, 0);
            for (; column < columns[i]; column++)
                offset += blocks[column].Bytes;
            RowsBlock block = blocks[column];
            Memory<byte> bytes = buffer.AsMemory(isOneRead ? (int)(offset - first) : at, block.Bytes);
            if ((!isOneRead && ReadFully(file, bytes.Span, start + offset) != block.Bytes) || Crc32C.Compute(bytes.Span) != block.Crc32C)
                throw RowsFooter.Damaged(path);
            loaded[i] = DuckDbColumn.Load(bytes);
            foreach (ColumnShift shift in rows.Shifts)
                if (shift.Column == columns[i])
                    loaded[i].Add(shift.Offset);
            at += block.Bytes;
        }
        return loaded;
    }

    /// <summary>Returns the size of some blocks, that of all from the first to the last of them, and the offset of the first.</summary>
    private static (long Wanted, long Span, long First) Extent(ReadOnlySpan<RowsBlock> blocks, ReadOnlySpan<int> columns)
    {
        int least = int.MaxValue, most = -1;
        long wanted = 0, first = 0, span = 0;
        foreach (int column in columns)
        {
            (least, most) = (Math.Min(least, column), Math.Max(most, column));
            wanted += blocks[column].Bytes;
        }
        for (int column = 0; column <= most; column++)
            if (column < least)
                first += blocks[column].Bytes;
            else
                span += blocks[column].Bytes;
        return (wanted, span, first);
    }

    /// <summary>Returns memory of <see cref="Read"/> to the pool.</summary>
    internal static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Resize(ref byte[] buffer, long bytes)
    {
        if (buffer.Length >= bytes)
            return;
        byte[] small = buffer;
        buffer = [];
        Return(small);
        buffer = ArrayPool<byte>.Shared.Rent(checked((int)bytes));
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes[read..], offset + read) is > 0 and int more)
            read += more;
        return read;
    }
}
