using Pile.Format;
using Pile.Proj;
using Pile.Reading;

namespace Pile.Streaming;

public static partial class Split
{
    /// <summary>Splits by the tiles of a grid on the earth: all rows of a tile are in one part, and rows close to a row of another part
    /// are left out.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="shares">The parts, as shares of tiles.</param>
    /// <param name="grid">The grid in the form of a recipe: <c>mgrs</c>, <c>{kind: utm, tile_m: 10000, resolution_m: 10}</c>, or
    /// <c>{kind: spec, crs: …, origin: …, resolution: …, tile_shape: …}</c>; the tile of a row contains its longitude and latitude. Null
    /// for the tiles by which the dataset is partitioned.</param>
    /// <param name="guardM">The least distance in metres of the positions of rows of different parts, up to 5,000 km. Both rows of a
    /// nearer pair are left out.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">The rows have no positions on the earth, or no grid is named and the dataset is not partitioned
    /// by one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The guard is not valid.</exception>
    /// <exception cref="PileException">The grid is malformed, or its coordinate reference system is unknown.</exception>
    /// <remarks>Distances are those of positions, so that chips of different parts do not overlap if the guard is at least the diagonal of
    /// a chip. Rows on no tile of the grid are left out, too (<see cref="RowSplit.LeftOut"/>).</remarks>
    public static async Task<RowSplit> ByTileAsync(Query query, SplitShares shares, string? grid = null, double guardM = 0, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(shares);
        if (!(guardM is >= 0 and <= SplitGuard.WidestM))
            throw new ArgumentOutOfRangeException(nameof(guardM), guardM, $"The guard must be 0 to {SplitGuard.WidestM} metres.");
        query.Dataset.RequirePositions("A split by tiles");
        Partition partition = query.Dataset.Manifest.Partition;
        if (partition.Frame is not { IsEarth: true } frame)
            throw new ArgumentException($"A split by tiles needs rows on the earth, but the positions of dataset '{query.Dataset.Address}' "
                + $"are in the frame {partition.Frame?.Name}. Split them by the sky.", nameof(query));
        EarthGrid? named = grid is null ? null : EarthGrid.Parse(grid, "the grid of a split");
        if (named is null && partition.Grid is null)
            throw new ArgumentException($"Dataset '{query.Dataset.Address}' is not partitioned by the tiles of a grid: name one, for "
                + "example mgrs.", nameof(grid));
        bool hasOwn = named is null || named == partition.Grid;
        RowBatch rows = await LightAsync(query, hasOwn ? [frame.Lon, frame.Lat, Partition.Tile] : [frame.Lon, frame.Lat],
            cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<double> lonDeg = rows.Values<double>(frame.Lon).ToArray(), latDeg = rows.Values<double>(frame.Lat).ToArray();
        TextColumnData tiles = hasOwn ? (TextColumnData)rows[Partition.Tile] : TilesOf(named!, lonDeg.Span, latDeg.Span);
        int[] part = [.. Enumerable.Range(0, rows.RowCount).Select(row =>
            tiles.IsNullAt(row) ? -1 : shares.PartOf(Unit(tiles, row, seed, ForTiles)))];
        part = SplitGuard.Apply(part, lonDeg.Span, latDeg.Span, guardM);
        return await SplitAsync(query, shares.Names, part, SplitStep.OfTile(shares, named?.ToString(), guardM, seed), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Returns the tiles of positions; null for a position on none.</summary>
    private static TextColumnData TilesOf(EarthGrid grid, ReadOnlySpan<double> lonDeg, ReadOnlySpan<double> latDeg)
    {
        using GridTiles tiles = new(grid);
        string?[] keys = new string?[lonDeg.Length];
        for (int row = 0; row < keys.Length; row++)
            try
            {
                keys[row] = tiles.KeyOf(null, lonDeg[row], latDeg[row]);
            }
            catch (FormatException)
            {
                keys[row] = null; // beyond the map of the grid
            }
        return TextColumnData.From(new ColumnSchema { Name = Partition.Tile, DType = DType.String, Nullable = true }, keys);
    }
}
