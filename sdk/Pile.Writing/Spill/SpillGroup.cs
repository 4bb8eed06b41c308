using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Spill;

/// <summary>Spill parts with the same columns and dtypes, which DuckDB reads as one table.</summary>
/// <param name="columns">The columns.</param>
/// <param name="connection">A connection of the database that reads them.</param>
internal sealed class SpillGroup(ImmutableArray<ColumnSchema> columns, DuckDbConnection connection) : IDisposable
{
    private const int MostBatches = 32;

    private DuckDbScan? all, some;

    internal ImmutableArray<ColumnSchema> Columns { get; } = columns;

    private readonly HashSet<string> stored = new(columns.Concat(columns.Where(c => c.IsOutside)
        .SelectMany(ReferenceParts.InSpill)).Select(c => c.Name), StringComparer.Ordinal);

    /// <summary>Returns whether the parts have a column, or one of those of a reference column.</summary>
    internal bool Has(string name) => stored.Contains(name);

    /// <summary>The places of parts in their files.</summary>
    internal List<PlacedRows> Parts { get; } = [];

    /// <summary>The vectors of text in the order of their bytes in a row, before all heavy columns.</summary>
    internal ImmutableArray<ColumnSchema> Texts { get; } = [.. columns.Where(SpillLayout.IsTextVector)];

    /// <summary>The heavy columns in the order of their bytes in a row.</summary>
    internal ImmutableArray<ColumnSchema> Heavy { get; } = [.. columns.Where(c => c.Storage == ColumnStorage.Heavy)];

    /// <summary>The rows, available after <see cref="Open"/>.</summary>
    internal RowsTable Table { get; private set; } = null!;

    /// <summary>The table expression, available after <see cref="Open"/>.</summary>
    internal string Sql => all!.Sql;

    /// <summary>The table expression of some batches, from all parts of the table.</summary>
    internal string SomeSql => some!.Sql;

    /// <summary>Opens the files.</summary>
    /// <exception cref="SourceUnreadableException">A file was damaged.</exception>
    internal void Open()
    {
        Table = new(SpillLayout.Fields(Columns), Parts);
        all = connection.Scan(Table);
        some = connection.Scan(Table.Every(Math.Max(Table.BatchCount / MostBatches, 1)));
    }

    public void Dispose()
    {
        all?.Dispose();
        some?.Dispose();
    }
}
