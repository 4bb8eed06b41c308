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
    private readonly TableSource source;
    private readonly FrozenSet<string> joinedColumns;

    /// <summary>Takes over a file; it is closed if this fails.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">The keys of the recipe.</param>
    /// <param name="joined">The rows of the tables of <see cref="TableSource.Joins"/>.</param>
    /// <param name="onBadValue">Called with a value that cannot be cast; null to throw instead.</param>
    /// <exception cref="SchemaMismatchException">The table does not have the columns of a join or of the filter.</exception>
    internal OpenTable(ITableReader file, TableSource source, IReadOnlyList<KeyedRows> joined, Action<ValueInvalidException>? onBadValue)
    {
        (this.source, Rows) = (source, file);
        try
        {
            UnknownColumns = source.Choice.UnknownIn(file);
            Rows = source.Choice.Apply(file, onBadValue);
            IsUnchanged = ReferenceEquals(Rows, file);
            foreach ((TableJoin join, KeyedRows rows) in source.Joins.Zip(joined))
                Rows = new JoinedTable(Rows, join.Key, rows);
            joinedColumns = joined.SelectMany(rows => rows.Columns).Select(c => c.Name).ToFrozenSet(StringComparer.Ordinal);
            Filter = source.Filter is { } condition ? new(condition, Rows) : null;
        }
        catch
        {
            Rows.Dispose();
            throw;
        }
    }

    /// <summary>The rows.</summary>
    internal ITableReader Rows { get; }

    /// <summary>True if values are as in the file, apart from joined columns.</summary>
    internal bool IsUnchanged { get; }

    /// <summary>The filter of the rows; null without one.</summary>
    internal RowFilter? Filter { get; }

    /// <summary>The names in the recipe that the file does not have.</summary>
    internal ImmutableArray<string> UnknownColumns { get; }

    /// <summary>True if a column is kept in the dataset.</summary>
    internal bool Keeps(string column) => joinedColumns.Contains(column) || source.Choice.Keeps(column);

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
