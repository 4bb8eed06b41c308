using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch.Tests;

/// <summary>A table that lists which columns are read at once.</summary>
internal sealed class CountedTable(ITableReader table) : ITableReader
{
    internal List<string> Reads { get; } = [];

    public string Path => table.Path;

    public ImmutableArray<ColumnSchema> Columns => table.Columns;

    public long? RowCount => table.RowCount;

    public IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        CancellationToken cancellationToken = default)
    {
        Reads.Add(string.Join(',', columns ?? ["*"]));
        return table.ReadAsync(columns, firstRow, rowCount, cancellationToken);
    }

    public string? FrameOf(string column) => table.FrameOf(column);

    public void Dispose() => table.Dispose();

    public ValueTask DisposeAsync() => table.DisposeAsync();
}
