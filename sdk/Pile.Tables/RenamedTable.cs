using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>A table whose columns have other names while it is read.</summary>
internal sealed class RenamedTable : ITableReader, ITableNotes
{
    private readonly ITableReader table;
    private readonly Dictionary<string, string> oldNames;

    /// <summary>Wraps a table, which is closed with this one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="names">New names by the names in the table; names that the table does not have are ignored.</param>
    /// <exception cref="SchemaMismatchException">Two columns would have the same name.</exception>
    public RenamedTable(ITableReader table, IReadOnlyDictionary<string, string> names)
    {
        this.table = table;
        Columns = [.. table.Columns.Select(c =>
            names.TryGetValue(c.Name, out string? name) ? c with { Name = name, Nested = GroupOf(c, name) } : c)];
        oldNames = new(StringComparer.Ordinal);
        foreach ((ColumnSchema was, ColumnSchema now) in table.Columns.Zip(Columns))
            if (!oldNames.TryAdd(now.Name, was.Name))
                throw new SchemaMismatchException(table.Path, now.Name,
                    $"the columns '{oldNames[now.Name]}' and '{was.Name}' would both have this name", "Rename to another name")
                { IsOfCaller = true };
    }

    /// <inheritdoc/>
    public string Path => table.Path;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <inheritdoc/>
    public long? RowCount => table.RowCount;

    /// <inheritdoc/>
    public IEnumerable<string> Notes => ITableNotes.Of(table);

    /// <inheritdoc/>
    public string? OtherTables => ITableNotes.OtherTablesOf(table);

    /// <inheritdoc/>
    public string? FrameOf(string column) => table.FrameOf(oldNames.GetValueOrDefault(column, column));

    double? ITableReader.EpochOf(string column) => table.EpochOf(oldNames.GetValueOrDefault(column, column));

    /// <inheritdoc/>
    public ColumnSchema? AsTimes(string column) => table.AsTimes(oldNames.GetValueOrDefault(column, column)) is { } times
        ? times with { Name = column } : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Dictionary<string, ColumnSchema> schemas = Columns.ToDictionary(c => oldNames[c.Name], StringComparer.Ordinal);
        string[]? names = columns?.Select(name => oldNames.GetValueOrDefault(name, name)).ToArray();
        await foreach (RowBatch batch in table.ReadAsync(names, firstRow, rowCount, cancellationToken).ConfigureAwait(false))
            yield return new RowBatch(batch.Columns.Select(c => c.WithSchema(
                c.Schema with { Name = schemas[c.Schema.Name].Name, Nested = schemas[c.Schema.Name].Nested })));
    }

    // A list whose name does not begin with that of its group is not part of it.
    private static string? GroupOf(ColumnSchema column, string name) =>
        column.Nested is { } group && name.StartsWith(group + ".", StringComparison.Ordinal) ? group : null;

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => table.DisposeAsync();
}
