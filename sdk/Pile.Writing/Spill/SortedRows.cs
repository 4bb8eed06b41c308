using System.Buffers;
using System.Runtime.InteropServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Rows in memory, in order.</summary>
internal sealed class SortedRows : ISortedBucket
{
    private readonly IReadOnlyList<DuckDbField> fields;
    private readonly List<(DuckDbColumn[] Columns, byte[] Memory)> batches = [];
    private readonly Row[] rows;

    /// <summary>Reads all rows of a table, and sorts them.</summary>
    /// <exception cref="Format.SourceUnreadableException">A file was damaged.</exception>
    internal SortedRows(RowsTable table, SortOrder order)
        : this(table, order, [.. Enumerable.Range(0, table.BatchCount)], long.MinValue, long.MaxValue)
    {
    }

    /// <summary>Reads the rows of some batches of a table with a key from the first to the last one, and sorts them.</summary>
    /// <exception cref="Format.SourceUnreadableException">A file was damaged.</exception>
    internal SortedRows(IDuckDbTable table, SortOrder order, ReadOnlySpan<int> from, long firstKey, long lastKey)
    {
        fields = table.Columns;
        (int tile, int key, int id) = order.In(fields);
        int rowCount = 0, sorted = 0;
        foreach (int batch in from)
            rowCount += table.RowsOf(batch);
        long[] keys = new long[rowCount];
        rows = new Row[rowCount];
        try
        {
            int[] all = [.. Enumerable.Range(0, fields.Count)];
            foreach (int batch in from)
            {
                byte[] buffer = [];
                DuckDbColumn[] columns = table.Read(batch, all, ref buffer);
                batches.Add((columns, buffer));
                foreach (DuckDbColumn column in columns)
                    column.Pin();
                for (int row = 0; row < columns[key].RowCount; row++)
                    if (MemoryMarshal.Read<long>(columns[key].RowBytes(row)) is var value && value >= firstKey && value <= lastKey)
                        (keys[sorted], rows[sorted++]) = (value, new Row(batches.Count - 1, row));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Array.Resize(ref rows, sorted);
        Array.Resize(ref keys, sorted);
        if (tile >= 0)
        {
            rows.AsSpan().Sort((one, other) => Compare(one, other, tile, key, id));
            return;
        }
        keys.AsSpan().Sort(rows.AsSpan());
        for (int first = 0, end; first < keys.Length; first = end)
        {
            end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
                end++;
            if (end > first + 1)
                rows.AsSpan(first..end).Sort((one, other) => Compare(one, other, id));
        }
    }

    public IEnumerable<DuckDbChunk> Chunks()
    {
        using FilledChunk chunk = new(fields);
        List<RowPlace>[] places = [.. batches.Select(_ => new List<RowPlace>())];
        DuckDbColumn[][] columns = [.. fields.Select((_, column) => batches.Select(batch => batch.Columns[column]).ToArray())];
        for (int first = 0; first < rows.Length; first += DuckDbChunkWriter.Capacity)
        {
            int count = Math.Min(DuckDbChunkWriter.Capacity, rows.Length - first);
            foreach (List<RowPlace> some in places)
                some.Clear();
            for (int place = 0; place < count; place++)
                places[rows[first + place].Batch].Add(new RowPlace(rows[first + place].Number, place));
            yield return chunk.Fill(writer =>
            {
                for (int column = 0; column < columns.Length; column++)
                    DuckDbColumn.WriteRows(columns[column], places, writer[column], count);
                writer.RowCount = count;
            });
        }
    }

    public void Dispose()
    {
        foreach ((DuckDbColumn[] columns, byte[] memory) in batches)
        {
            foreach (DuckDbColumn column in columns)
                column.Unpin();
            RowsTable.Return(memory);
        }
        batches.Clear();
    }

    /// <summary>Compares the values of columns, numbers or texts, one after the other until one differs.</summary>
    private int Compare(Row one, Row other, params ReadOnlySpan<int> columns)
    {
        foreach (int column in columns)
        {
            ReadOnlySpan<byte> bytes = Bytes(one, column), others = Bytes(other, column);
            int order = fields[column].Type.Id is DuckDbTypeId.Varchar ? bytes.SequenceCompareTo(others)
                : MemoryMarshal.Read<long>(bytes).CompareTo(MemoryMarshal.Read<long>(others));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private ReadOnlySpan<byte> Bytes(Row row, int column) => batches[row.Batch].Columns[column].RowBytes(row.Number);

    /// <summary>A row of a batch.</summary>
    private readonly record struct Row(int Batch, int Number);
}
