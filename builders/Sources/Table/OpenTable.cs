using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>A table of the source that is open for reading: with its columns renamed and cast, and with those of the joined
/// tables.</summary>
internal sealed class OpenTable : IAsyncDisposable
{
    private readonly ColumnChoice choice;

    /// <summary>Takes over a file; it is closed if this fails.</summary>
    /// <param name="file">The file.</param>
    /// <param name="choice">The columns that are kept, their names and types.</param>
    /// <param name="joins">The tables whose columns are added.</param>
    /// <param name="joined">Their rows.</param>
    /// <param name="filter">The SQL condition on the rows that are kept; null for all.</param>
    /// <param name="onBadValue">Called with a value that cannot be cast; null to throw instead.</param>
    /// <exception cref="SchemaMismatchException">The table does not have the columns of a join or of the filter.</exception>
    internal OpenTable(ITableReader file, ColumnChoice choice, IReadOnlyList<TableJoin> joins, IReadOnlyList<KeyedRows> joined,
        string? filter, Action<ValueInvalidException>? onBadValue = null)
    {
        (this.choice, Rows) = (choice, file);
        try
        {
            UnknownColumns = choice.UnknownIn(file);
            Rows = choice.Apply(file, onBadValue);
            IsUnchanged = ReferenceEquals(Rows, file);
            foreach ((TableJoin join, KeyedRows rows) in joins.Zip(joined))
                Rows = new JoinedTable(Rows, join.Key, rows);
            JoinedColumns = joined.SelectMany(rows => rows.Columns).Select(c => c.Name).ToFrozenSet(StringComparer.Ordinal);
            Filter = filter is { } condition ? new(condition, Rows) : null;
        }
        catch
        {
            Rows.Dispose();
            throw;
        }
    }

    /// <summary>The rows.</summary>
    internal ITableReader Rows { get; }

    /// <summary>The columns of the joined tables.</summary>
    internal FrozenSet<string> JoinedColumns { get; }

    /// <summary>True if values are as in the file, apart from joined columns.</summary>
    internal bool IsUnchanged { get; }

    /// <summary>The filter of the rows; null without one.</summary>
    internal RowFilter? Filter { get; }

    /// <summary>The names in the recipe that the file does not have.</summary>
    internal ImmutableArray<string> UnknownColumns { get; }

    /// <summary>True if a column is kept in the dataset.</summary>
    internal bool Keeps(string column) => JoinedColumns.Contains(column) || choice.Keeps(column);

    /// <summary>Reports the numbers of rows that joins and filter concern.</summary>
    internal void Report(BuildContext context)
    {
        Filter?.Report(context);
        for (ITableReader table = Rows; table is JoinedTable join; table = join.Inner)
            if (join.UnmatchedRows > 0)
                context.Report($"{join.UnmatchedRows.ToString(CultureInfo.InvariantCulture)} "
                    + $"{(join.UnmatchedRows == 1 ? "row has" : "rows have")} no row in {join.OtherPath}; its columns are null there.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Filter?.Dispose();
        return Rows.DisposeAsync();
    }
}
