using Pile.Format;
using Pile.Tables.Batches;

namespace Pile.Tables;

/// <summary>A table without rows, which still has columns.</summary>
internal static class EmptyBatch
{
    /// <summary>A batch of no row.</summary>
    /// <param name="columns">The columns that it has, for example those of a table that turned out to be empty.</param>
    public static RowBatch Of(IEnumerable<ColumnSchema> columns) => new(columns.Select(c => ColumnBuilder.For(c).Take()));
}
