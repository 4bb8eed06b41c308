using System.Globalization;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>Reports what a dataset executes and reads, to <see cref="DatasetOptions.OnPlan"/>.</summary>
internal static class PlanReport
{
    /// <summary>Reports a plan: the tiles, those that are pruned, the bytes and requests of its columns, and the SQL.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="planned">Returns the plan; called only if it is reported.</param>
    /// <param name="sql">Returns the SQL that DuckDB executes; also called only then.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task ReportAsync(this Dataset dataset, Func<QueryPlan> planned, Func<string> sql,
        CancellationToken cancellationToken)
    {
        if (dataset.Options.OnPlan is not { } report)
            return;
        QueryPlan plan = planned();
        (long bytes, long requests) = await dataset.MeasureAsync(plan, cancellationToken).ConfigureAwait(false);
        report(string.Create(CultureInfo.InvariantCulture,
            $"plan for '{dataset.Address}': {plan.Tiles.Length:N0} of {plan.TileCount:N0} tiles, {plan.TileCount - plan.Tiles.Length:N0} "
                + $"pruned; {bytes:N0} bytes in {requests:N0} {(dataset.Store.Traits.IsLocal ? "reads" : "requests")}\n{sql()}"));
    }

    /// <summary>Reports what was read since the dataset was opened.</summary>
    internal static void ReportReads(this Dataset dataset)
    {
        if (dataset.Options.OnPlan is not { } report)
            return;
        ReadStatistics rows = dataset.Reads;
        StoreStatistics store = dataset.Statistics;
        report(string.Create(CultureInfo.InvariantCulture,
            $"read from '{dataset.Address}': {rows.Reads:N0} reads of rows, {rows.BytesRead:N0} bytes, {rows.BytesUsed:N0} used; "
                + $"{store.Requests:N0} requests, {store.BytesFetched:N0} bytes, {store.CacheHits:N0} cache hits"));
    }
}
