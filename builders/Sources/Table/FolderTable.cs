using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources.Table;

/// <summary>A table followed by columns with the same value in each row.</summary>
internal sealed class FolderTable : ITableReader, ITableNotes
{
    private readonly ITableReader table;
    private readonly ImmutableArray<(ColumnSchema Schema, string? Value)> added;

    /// <summary>Wraps a table, which is closed with this one.</summary>
    internal FolderTable(ITableReader table, ReadOnlySpan<(ColumnSchema Schema, string? Value)> added)
    {
        (this.table, this.added) = (table, [.. added]);
        Columns = [.. table.Columns, .. this.added.Select(a => a.Schema)];
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
    public string? FrameOf(string column) => Find(column) is null ? table.FrameOf(column) : null;

    double? ITableReader.EpochOf(string column) => Find(column) is null ? table.EpochOf(column) : null;

    /// <inheritdoc/>
    public ColumnSchema? AsTimes(string column) => Find(column) is null ? table.AsTimes(column) : null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        columns ??= [.. Columns.Select(c => c.Name)];
        string[] read = [.. columns.Where(name => Find(name) is null)];
        if (read is [])
            read = [table.Columns[0].Name]; // for the number of rows
        await foreach (RowBatch batch in table.ReadAsync(read, firstRow, rowCount, cancellationToken).ConfigureAwait(false))
            yield return new RowBatch(columns.Select(name =>
                Find(name) is var (schema, value) ? FolderColumns.Repeat(schema, value, batch.RowCount) : batch[name]));
    }

    private (ColumnSchema Schema, string? Value)? Find(string column)
    {
        foreach ((ColumnSchema, string?) one in added)
            if (one.Item1.Name == column)
                return one;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => table.DisposeAsync();
}
