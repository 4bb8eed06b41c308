using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Storage;

namespace Pile.CrossMatch;

/// <summary>Rows of a dataset as a side of a match. DuckDB filters them in the index before they are read.</summary>
public sealed class DatasetSide : MatchSide
{
    private const string Needed = "A match";

    private readonly Dataset dataset;
    private readonly Query query;

    /// <summary>Creates a side.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="query">The query that selects the rows; null for all. Its columns are ignored.</param>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions, or the query is one of another dataset.</exception>
    public DatasetSide(Dataset dataset, Query? query = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (query is not null && query.Dataset != dataset)
            throw new ArgumentException($"The query was made for the dataset '{query.Dataset.Address}', not for '{dataset.Address}'.",
                nameof(query));
        dataset.RequirePositions("A match by position");
        (this.dataset, this.query) = (dataset, query ?? dataset.Query());
        Columns = [.. dataset.ColumnsOf(DatasetView.Standard).Where(c => c.Storage == ColumnStorage.Light)];
    }

    /// <inheritdoc/>
    public override string Name => dataset.Address;

    /// <inheritdoc/>
    public override ImmutableArray<ColumnSchema> Columns { get; }

    internal Dataset Dataset => dataset;

    internal override double? FootprintRadiusDeg => Columns.Any(c => c.Name == FootprintFilter.Column)
        ? dataset.Manifest.FootprintRadiusMaxDeg ?? 180 : null;

    internal override PositionFrame Frame => PositionFrame.Of(dataset.Manifest.Frame)!;

    /// <summary>The query that selects the rows.</summary>
    internal Query Query => query;

    internal override DType IdType => dataset.IdsAreText ? DType.String : DType.Int64;

    internal override string? TimeColumn => Columns.Any(c => c.Name == "mjd") ? "mjd" : null;

    internal override (string? Scale, string? Reference) TimeFrame => (dataset.Manifest.Time?.Scale, dataset.Manifest.Time?.Reference);

    internal override ColumnSchema? TimeArray(string name) =>
        dataset.ColumnsOf(DatasetView.Standard).FirstOrDefault(c => c.Name == name && c.IsHeavy && c.DType.IsFloat());

    internal override Dataset Rows => dataset;

    internal override double? EpochYear => CommonEpoch.Valid(dataset.Manifest.EpochYear);

    // From the statistics, which do not include layers. They have no extremes of valid epochs if others are invalid.
    internal override async Task<EpochRange?> EpochsAsync(ColumnSchema column, CancellationToken cancellationToken)
    {
        if (dataset.Catalogue is not null || dataset.LayerIdentities.Any())
            return null;
        ColumnStatistics? epochs = (await dataset.StatisticsAsync(cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(s => s.Column == column.Name);
        return epochs is { Min: >= CommonEpoch.EarliestYear and var first, Max: <= CommonEpoch.LatestYear and var last }
            ? new EpochRange(first, last) : epochs is { Count: 0 } ? EpochRange.None : null;
    }

    internal override async Task<bool> MayHaveOtherThanZeroAsync(ColumnSchema[] columns, CancellationToken cancellationToken)
    {
        if (dataset.Catalogue is not null || dataset.LayerIdentities.Any())
            return true;
        ImmutableArray<ColumnStatistics> statistics = await dataset.StatisticsAsync(cancellationToken).ConfigureAwait(false);
        return columns.Any(c => statistics.FirstOrDefault(s => s.Column == c.Name) is not ({ Count: 0 } or { Min: 0, Max: 0 }));
    }

    internal override IEnumerable<string> Expressions => query.Conditions;

    // The first rows of an order or of the index are unknown if only a part of the sky is read.
    internal override bool CanBePruned => query.RowLimit is null;

    internal override long? RowsAtMost =>
        Math.Min(dataset.Manifest.Rows, Math.Min(query.RowLimit ?? long.MaxValue, query.ObjectIds?.Length ?? long.MaxValue));

    // Does not fetch remote tiles.
    internal override async Task CheckAsync(CancellationToken cancellationToken)
    {
        dataset.RequireIndex(Needed);
        if (query.Conditions.IsEmpty || FileStore.IsRemote(dataset.Address))
            return;
        await foreach (RowBatch _ in dataset.QueryAsync(query.Columns("object_id").Limit(0), cancellationToken).ConfigureAwait(false))
            return;
    }

    internal override async Task<IReadOnlyList<HealpixPixel>?> CoverageAsync(CancellationToken cancellationToken) =>
        [.. (query.IsNarrowed ? (await dataset.PlanAsync(query.Columns("object_id"), cancellationToken).ConfigureAwait(false)).Tiles
            : (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Tiles).Select(t => t.Pixel)];

    internal override async Task<long?> CountAsync(CancellationToken cancellationToken) => query.IsNarrowed
        ? Math.Min(await dataset.CountAsync(query, cancellationToken).ConfigureAwait(false), query.RowLimit ?? long.MaxValue)
        : dataset.Manifest.Rows;

    internal override bool HasFile(string realPath) =>
        dataset.Store.Traits.IsLocal && RealPath.IsBelow(realPath, Path.GetFullPath(dataset.Store.LocalRoot));

    internal override async Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken)
    {
        dataset.RequireIndex(Needed);
        string root = asOpened ? dataset.Root : Convert.ToHexStringLower(SHA256.HashData(
            await dataset.ReadManifestAsync(cancellationToken).ConfigureAwait(false)));
        string stamp = string.Join('\n', [root,
            .. await dataset.TileStampsAsync(cancellationToken).ConfigureAwait(false), .. dataset.LayerIdentities]);
        string selection = string.Join("; ", [.. dataset.LayerIdentities, .. query.Conditions.Select(c => $"where {c}"),
            .. query.Regions.Select(r => r.ToString()!),
            .. query.ObjectIds is { } ids ? (string[])[string.Create(CultureInfo.InvariantCulture, $"{ids.Length} ids")] : [],
            .. query.Order.Select(o => $"order by {o.Expression}{(o.Descending ? " desc" : "")}"),
            .. query.RowLimit is { } limit ? (string[])[string.Create(CultureInfo.InvariantCulture, $"limit {limit}")] : []]);
        return new SideIdentity(SideIdentity.OfDataset, dataset.Manifest.Name, dataset.Manifest.Version,
            // For a whole dataset not the root, which names the source and would differ for the same rows built in another order. Without a
            // hash, the rows are identified when they are loaded.
            await dataset.ContentHashAsync(cancellationToken).ConfigureAwait(false), selection, stamp)
        {
            Query = dataset.Saved?.Hash,
            Root = dataset.Saved is null ? null : dataset.Root,
        };
    }

    internal override async Task<string> ContentAsync(CancellationToken cancellationToken) => string.Join(' ',
        [dataset.Root, .. dataset.Catalogue is null ? [] : await dataset.TileStampsAsync(cancellationToken).ConfigureAwait(false)]);

    internal override async Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken)
    {
        QueryPlan plan = await dataset.PlanAsync(QueryOf(columnNames, reach), cancellationToken).ConfigureAwait(false);
        (long bytes, long requests) = await dataset.MeasureAsync(plan, cancellationToken).ConfigureAwait(false);
        return new SidePlan(Name, plan.Tiles.Length, plan.TileCount, plan.Tiles.Sum(t => t.File.Rows), bytes, requests);
    }

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RowBatch batch in dataset.QueryAsync(QueryOf(columnNames, reach), cancellationToken).ConfigureAwait(false))
        {
            if (dataset.Catalogue is not null && !batch.Columns[0].IsNull.IsEmpty)
                RequireIds(batch.Columns[0]);
            yield return batch;
        }
    }

    private void RequireIds(ColumnData ids)
    {
        for (int row = 0; row < ids.RowCount; row++)
            if (ids.IsNullAt(row))
                throw new DatasetInvalidException(Name, "a row has no id", "Name another column of ids, or use row numbers");
    }

    private Query QueryOf(IReadOnlyList<string> columnNames, HealpixRanges? reach)
    {
        Query asked = query.Columns([.. Own, .. columnNames.Except(Own)]);
        return reach is null ? asked : asked.Within(reach);
    }
}
