using Pile.Format;

namespace Pile.Publishing;

/// <summary>A file in NumPy's array format.</summary>
internal sealed class NpyFile(ColumnSchema schema) : RowFile(schema)
{
    internal override string Ending => "npy";

    internal override void Write(string path, RowBatch batch, int row)
    {
        ColumnData column = batch[Schema.Name];
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        if (column is TextColumnData text)
        {
            NpyArray.WriteText(stream, [.. Enumerable.Range(0, text.ElementsOf(row)).Select(e => text.Text(row, e))], text.ShapeOf(row));
            return;
        }
        NpyArray.WriteHeader(stream, column.Schema.DType, column.ShapeOf(row));
        stream.Write(column.RowBytes(row));
    }
}
