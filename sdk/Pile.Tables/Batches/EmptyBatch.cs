using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables;

/// <summary>Creates tables without rows, which still have columns.</summary>
internal static class EmptyBatch
{
    /// <summary>Creates a batch without rows.</summary>
    /// <param name="columns">Its columns, for example those of a table that turned out to be empty.</param>
    public static RowBatch Of(IEnumerable<ColumnSchema> columns) => new(columns.Select(c => ColumnBuilder.For(c).Take()));
}
