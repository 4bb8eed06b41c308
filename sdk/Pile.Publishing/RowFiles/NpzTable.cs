using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Publishing.Exporting.Chips;

namespace Pile.Publishing;

/// <summary>Rows as arrays in one file of NumPy: an array for each column, with the rows along its first axis.</summary>
/// <remarks>If rows differ in shape, the array has one axis, with the elements of all rows one after another, and
/// <c>&lt;column&gt;_shape</c> has their shapes. A column with missing values has <c>&lt;column&gt;_isnull</c>.</remarks>
internal static class NpzTable
{
    /// <summary>Writes all rows; they are in memory until the file is complete.</summary>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static async Task WriteAsync(string path, IAsyncEnumerable<RowBatch> rows, bool replace, CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            batches.Add(batch);
        OutputFolder.Write(path, temporary =>
        {
            using NpzFile file = new(temporary);
            for (int i = 0; batches.Count > 0 && i < batches[0].Columns.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Add(file, [.. batches.Select(b => b.Columns[i])]);
            }
        }, replace);
    }

    private static void Add(NpzFile file, ColumnData[] parts)
    {
        ColumnSchema schema = parts[0].Schema;
        int rowCount = parts.Sum(p => p.RowCount);
        (ColumnData Part, int Row)[] rows = [.. parts.SelectMany(p => Enumerable.Range(0, p.RowCount).Select(row => (p, row)))];
        if (rows.Any(r => r.Part.IsNullAt(r.Row)))
            using (Stream isNull = file.Begin($"{schema.Name}_isnull", DType.Bool, [rowCount]))
                foreach ((ColumnData part, int row) in rows)
                    isNull.WriteByte(part.IsNullAt(row) ? (byte)1 : (byte)0);
        if (parts[0] is TextColumnData)
        {
            string[] texts = [.. rows.SelectMany(r => ((TextColumnData)r.Part) is var text
                ? Enumerable.Range(0, text.ElementsOf(r.Row)).Select(i => text.Text(r.Row, i)) : [])];
            int perRow = schema.IsScalar ? 1 : -1;
            file.Add(schema.Name, texts);
            if (perRow < 0)
                file.Add($"{schema.Name}_shape", [.. rows.Select(r => (long)((TextColumnData)r.Part).ElementsOf(r.Row))]);
            return;
        }
        int[][] shapes = [.. rows.Select(r => r.Part.ShapeOf(r.Row).ToArray())];
        bool isEqual = shapes.All(s => s.AsSpan().SequenceEqual(shapes[0]));
        long elements = rows.Sum(r => (long)r.Part.RowBytes(r.Row).Length) / schema.DType.ElementBytes();
        using (Stream stream = file.Begin(schema.Name, schema.DType, isEqual && shapes.Length > 0 ? [rowCount, .. shapes[0]]
            : [checked((int)elements)]))
            foreach ((ColumnData part, int row) in rows)
                stream.Write(part.RowBytes(row));
        if (isEqual)
            return;
        using Stream lengths = file.Begin($"{schema.Name}_shape", DType.Int64, [rowCount, shapes[0].Length]);
        foreach (int[] shape in shapes)
            lengths.Write(MemoryMarshal.AsBytes<long>(Array.ConvertAll(shape, n => (long)n)));
    }
}
