using Pile.DuckDb;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>One column of the rows that DuckDB reads to write a tile.</summary>
/// <param name="Schema">Its unit, UCD and description, and the dtype and shape that it has in the tile.</param>
/// <param name="Source">The stored columns that it is made from.</param>
/// <param name="Type">Its type.</param>
/// <param name="Value">Its values in a batch.</param>
/// <param name="Sql">Its value in the tile, from its name in SQL.</param>
internal sealed record HatsColumn(ColumnSchema Schema, string[] Source, DuckDbType Type, Func<RowBatch, DuckDbColumn> Value,
    Func<string, string> Sql)
{
    /// <summary>Texts are joined in one cell, each followed by this character, which texts cannot contain.</summary>
    private const char End = '\0';

    /// <summary>Returns a stored column: lists of lists for arrays, one level for each axis.</summary>
    internal static HatsColumn Of(ColumnSchema column) =>
        column.DType != DType.String || column.IsScalar
            ? new(column, [column.Name], DuckDbColumn.NestedTypeOf(column.DType, column.Shape.Length),
                batch => column.IsScalar ? DuckDbColumn.Of(batch[column.Name]) : DuckDbColumn.NestedOf(batch[column.Name]), name => name)
            : Texts(column, [column.Name], (batch, row) =>
            {
                TextColumnData texts = (TextColumnData)batch[column.Name];
                return texts.IsNullAt(row) ? null : Enumerable.Range(0, texts.ElementsOf(row)).Select(i => texts.Text(row, i));
            });

    /// <summary>Returns a column of lists of text; null for a missing list.</summary>
    internal static HatsColumn Texts(ColumnSchema schema, string[] source, Func<RowBatch, int, IEnumerable<string>?> listOf) =>
        new(schema, source, DuckDbType.Varchar,
        batch => DuckDbColumn.Text([.. Enumerable.Range(0, batch.RowCount)
            .Select(row => listOf(batch, row) is { } list ? string.Concat(list.Select(text => text + End)) : null)]),
        name => $"string_split({name}, chr(0))[:-2]");
}
