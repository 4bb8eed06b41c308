using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Reads columns of numbers from the tiles of an index, and verifies each tile. Reads several tiles in parallel.</summary>
internal sealed class TileValues
{
    private readonly Dataset dataset;
    private readonly (ColumnSchema Schema, NumberValues Values)[] columns;
    private readonly Query query;
    private readonly ImmutableArray<IndexTile> tiles;

    private TileValues(Dataset dataset, (ColumnSchema Schema, NumberValues Values)[] columns, Query query,
        ImmutableArray<IndexTile> tiles) =>
        (this.dataset, this.columns, this.query, this.tiles) = (dataset, columns, query, tiles);

    /// <summary>Finds the tiles to read.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="columns">The columns, allocated for all rows.</param>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async Task<TileValues> PlanAsync(Dataset dataset, (ColumnSchema Schema, NumberValues Values)[] columns,
        HealpixRanges? reach,
        CancellationToken cancellationToken)
    {
        Query ofColumns = new Query(dataset).Columns(columns.Select(c => c.Schema.Name)); // of all rows, also of a saved query
        QueryPlan plan = await dataset.PlanAsync(reach is null ? ofColumns : ofColumns.Within(reach), cancellationToken)
            .ConfigureAwait(false);
        return new TileValues(dataset, columns, ofColumns, plan.Tiles);
    }

    /// <summary>Reads the tiles of all sides.</summary>
    /// <exception cref="DatasetInvalidException">A tile is corrupt, a value is missing, or the number of rows differs from the list of
    /// files.</exception>
    internal static async Task ReadAsync(TileValues[] sides, int workers, CancellationToken cancellationToken)
    {
        (TileValues Side, IndexTile Tile)[] all = [.. sides.SelectMany(s => s.tiles.Select(tile => (s, tile)))];
        int next = -1;
        // Uses separate threads, because DuckDB works on the calling thread.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(workers, all.Length)).Select(_ => Task.Factory.StartNew(() =>
        {
            using TileNumbers? numbers = TileNumbers.TryCreate();
            for (int i; (i = Interlocked.Increment(ref next)) < all.Length;)
                all[i].Side.ReadAsync(all[i].Tile, numbers, cancellationToken).GetAwaiter().GetResult();
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
    }

    private async Task ReadAsync(IndexTile tile, TileNumbers? numbers, CancellationToken cancellationToken)
    {
        if (numbers is not null && await TryReadAsync(tile, numbers, cancellationToken).ConfigureAwait(false))
            return;
        IndexQuery question = await IndexQuery.OfAsync(query, isWithHeavy: false, cancellationToken).ConfigureAwait(false);
        using IndexResult answer = await question.ExecuteAsync(select => select.KeepTiles(t => t.FirstPosition == tile.FirstPosition),
            cancellationToken).ConfigureAwait(false);
        long row = tile.FirstPosition, end = tile.FirstPosition + tile.File.Rows;
        while (answer.TryNext(out DuckDbChunk? chunk))
        {
            if (row + chunk.RowCount > end)
                throw Invalid($"has more than {tile.File.Rows} rows in the tile '{tile.File.Path}'");
            for (int i = 0; i < columns.Length; i++)
            {
                DuckDbVector values = chunk[i];
                for (int missing = 0; !columns[i].Schema.Nullable && !values.AllValid && missing < chunk.RowCount; missing++)
                    if (!values.IsValid(missing))
                        throw Invalid($"has no value of column '{columns[i].Schema.Name}' in row {row + missing}, "
                            + "which the manifest declares as not nullable");
                columns[i].Values.Set((int)row, values);
            }
            row += chunk.RowCount;
        }
        if (row != end)
            throw Invalid($"has {row - tile.FirstPosition} rows in the tile '{tile.File.Path}', "
                + $"'{DatasetPaths.Files}' says {tile.File.Rows}");
    }

    private async Task<bool> TryReadAsync(IndexTile tile, TileNumbers numbers, CancellationToken cancellationToken)
    {
        if (!await numbers.TryOpenAsync(dataset, tile, [.. columns.Select(c => c.Schema.Name)], cancellationToken).ConfigureAwait(false))
            return false;
        for (int i = 0; i < columns.Length; i++)
            if (!columns[i].Values.TrySet((int)tile.FirstPosition, (int)tile.File.Rows, numbers, i))
                return false;
        numbers.RequireUnchanged();
        return true;
    }

    private DatasetInvalidException Invalid(string finding) =>
        new(dataset.Address, $"the index {finding}", "Get it again, or run 'pile validate' for all findings");
}
