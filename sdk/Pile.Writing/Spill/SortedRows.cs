using System.Buffers;
using System.Runtime.InteropServices;
using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Rows in memory, in order.</summary>
internal sealed class SortedRows : IDisposable
{
    private readonly IReadOnlyList<DuckDbField> fields;
    private readonly List<(DuckDbColumn[] Columns, byte[] Memory)> batches = [];
    private readonly Row[] rows;

    /// <summary>Reads all rows of a table, and sorts them.</summary>
    /// <exception cref="Format.SourceUnreadableException">A file was damaged.</exception>
    internal SortedRows(RowsTable table, SortOrder order)
    {
        fields = table.Columns;
        (int tile, int key, int id) = order.In(fields);
        long[] keys = new long[table.RowCount];
        rows = new Row[keys.Length];
        try
        {
            int[] all = [.. Enumerable.Range(0, fields.Count)];
            for (int batch = 0, at = 0; batch < table.BatchCount; batch++)
            {
                byte[] buffer = [];
                DuckDbColumn[] columns = table.Read(batch, all, ref buffer);
                batches.Add((columns, buffer));
                foreach (DuckDbColumn column in columns)
                    column.Pin();
                for (int row = 0; row < table.RowsOf(batch); row++, at++)
                    (keys[at], rows[at]) = (MemoryMarshal.Read<long>(columns[key].RowBytes(row)), new Row(batch, row));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
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

    /// <summary>Returns the rows chunk by chunk, each of which is valid until the next one.</summary>
    internal IEnumerable<DuckDbChunk> Chunks()
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
            ArrayPool<byte>.Shared.Return(memory);
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
