using Pile.Format;

namespace Pile.Publishing;

/// <summary>Rows of the dataset that are written together.</summary>
/// <param name="Dataset">The dataset, for messages.</param>
/// <param name="Rows">The rows.</param>
internal sealed record MmuBatch(string Dataset, RowBatch Rows)
{
    /// <summary>Returns a column.</summary>
    internal ColumnData this[string name] => Rows[name];

    /// <summary>Creates the error for a value that the layout cannot hold.</summary>
    internal DatasetInvalidException Invalid(int row, string column, string finding, string remedy)
    {
        string id = Rows[MmuTable.Id] is TextColumnData text ? text.Text(row) : $"{Rows.Values<long>(MmuTable.Id)[row]}";
        return new DatasetInvalidException(Dataset, $"object_id {id}, column '{column}': {finding}", remedy);
    }

    /// <summary>Creates the error for a row without a value that the layout requires.</summary>
    internal DatasetInvalidException Missing(int row, string column) => Invalid(row, column,
        "the row has no value, which the layout requires", "Export a part of the dataset that 'pile copy --where' makes");
}
