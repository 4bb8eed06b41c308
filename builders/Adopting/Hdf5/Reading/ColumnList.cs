using System.Collections.Immutable;
using Pile.Format;
using Pile.Tables;

namespace Pile.Adopting;

/// <summary>The columns of an archive as a table without rows, for the reader of positions.</summary>
internal sealed class ColumnList(string path, ArchivePlan plan) : ITableReader
{
    /// <inheritdoc/>
    public string Path => path;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSchema> Columns { get; } = [.. plan.Columns.Select(column => column.Input)];

    /// <inheritdoc/>
    public long? RowCount => 0;

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<RowBatch>();

    /// <inheritdoc/>
    public string? FrameOf(string column) =>
        plan.Columns.FirstOrDefault(planned => planned.SourceName == column)?.Frame;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
