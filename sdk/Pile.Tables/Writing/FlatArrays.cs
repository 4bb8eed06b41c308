using System.Collections.Immutable;
using System.Text.Json;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>Writes arrays of variable shape to a format that supports only one axis of variable length.</summary>
/// <remarks>An array that differs along several axes is written as its elements, row-major, followed by a column
/// <c>&lt;name&gt;_shape</c> (int32, an element per axis) with its shape, unless the table has such a column. A list of texts is one text,
/// a JSON array in ASCII. An array of one text is that text.</remarks>
internal sealed class FlatArrays : ITableSink
{
    private readonly ITableSink sink;
    private readonly ImmutableArray<ColumnSchema> columns;
    private readonly ImmutableArray<ColumnSchema> written;

    private FlatArrays(ITableSink sink, ImmutableArray<ColumnSchema> columns, ImmutableArray<ColumnSchema> written) =>
        (this.sink, this.columns, this.written) = (sink, columns, written);

    /// <summary>Opens a sink of the columns that can be written.</summary>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="open">Opens the sink of the format.</param>
    internal static ITableSink Open(ImmutableArray<ColumnSchema> columns, Func<ImmutableArray<ColumnSchema>, ITableSink> open)
    {
        ImmutableArray<ColumnSchema> flat = [.. columns.SelectMany(c => WrittenAs(c, columns))];
        return flat.SequenceEqual(columns) ? open(columns) : new FlatArrays(open(flat), columns, flat);
    }

    public void Write(ColumnData[] columns, int rowCount)
    {
        ColumnData[] flat = new ColumnData[written.Length];
        int next = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            ColumnSchema schema = this.columns[i];
            ColumnData column = columns[i];
            flat[next] = !IsChanged(schema) ? column
                : column is not TextColumnData texts ? column.Flatten(written[next])
                : schema.IsRagged ? TextOf(texts, written[next]) : texts.WithSchema(written[next]);
            next++;
            if (next < flat.Length && IsShapeOf(written[next], schema) && (i + 1 == columns.Length || written[next] != this.columns[i + 1]))
                flat[next] = ShapesOf(column, written[next++]);
        }
        sink.Write(flat, rowCount);
    }

    public long Complete(CancellationToken cancellationToken) => sink.Complete(cancellationToken);

    public void Dispose() => sink.Dispose();

    private static bool IsChanged(ColumnSchema column) => column.DType is DType.String
        ? column.IsRagged || (!column.IsScalar && column.ElementsPerRow == 1) : column.IsRagged && column.Shape.Length > 1;

    private static IEnumerable<ColumnSchema> WrittenAs(ColumnSchema column, ImmutableArray<ColumnSchema> all)
    {
        if (!IsChanged(column))
            return [column];
        if (column.DType is DType.String)
            return [column with { Shape = [] }];
        ColumnSchema flat = column with { Shape = [ColumnSchema.Ragged] };
        return all.Any(other => IsShapeOf(other, column)) ? [flat]
            : [flat, new ColumnSchema
            {
                Name = ColumnNames.Shape(column.Name),
                DType = DType.Int32,
                Shape = [column.Shape.Length],
                Description = $"the shape of {column.Name}, slowest axis first",
            }];
    }

    private static bool IsShapeOf(ColumnSchema shape, ColumnSchema column) =>
        IsChanged(column) && column.DType is not DType.String && shape.Name == ColumnNames.Shape(column.Name);

    private static ColumnData<int> ShapesOf(ColumnData column, ColumnSchema schema)
    {
        int rank = column.Schema.Shape.Length;
        int[] shapes = new int[column.RowCount * rank];
        for (int row = 0; row < column.RowCount; row++)
            column.ShapeOf(row).CopyTo(shapes.AsSpan(row * rank));
        return new ColumnData<int>(schema, shapes, column.RowCount);
    }

    private static TextColumnData TextOf(TextColumnData lists, ColumnSchema schema)
    {
        string?[] texts = new string?[lists.RowCount];
        for (int row = 0; row < texts.Length; row++)
            if (!lists.IsNullAt(row))
                texts[row] = $"[{string.Join(',', Enumerable.Range(0, lists.ElementsOf(row)).Select(i => Json(lists.Text(row, i))))}]";
        return TextColumnData.From(schema, texts);
    }

    private static string Json(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";
}
