using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>Rows of a dataset as a side of a match; DuckDB filters them over the index before they are read.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="query">Which rows; null for all. Its choice of columns has no say.</param>
public sealed class DatasetSide(Dataset dataset, Query? query = null) : MatchSide
{
    /// <inheritdoc/>
    public override string Name => dataset.Address;

    /// <inheritdoc/>
    public override ImmutableArray<ColumnSchema> Columns { get; } = [.. dataset.ColumnsOf(DatasetView.Standard).Where(c => c.Storage == ColumnStorage.Light)];

    internal override IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, CancellationToken cancellationToken) =>
        dataset.QueryAsync((query ?? dataset.Query()).Columns([.. Own, .. columnNames]), cancellationToken);
}
