using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Reading;

namespace Pile.Review;

/// <summary>G004: the tile of a row contains its centre: the middle of a chip, or the position of other rows.</summary>
internal sealed class TileGridKeys(DatasetUnderReview dataset, IndexTile tile, GridTiles grid) : TileRowCheck(dataset, tile)
{
    private const int TermCount = 6;

    private readonly bool hasRasters = dataset.Manifest.Modality == Modality.OfChips && Has(dataset, "crs") && Has(dataset, "transform")
        && Has(dataset, "chip_size");

    internal override ImmutableArray<string> Columns =>
        [Partition.Tile, "lon", "lat", .. hasRasters ? (string[])["crs", "transform", "chip_size"] : []];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector tiles = rows[Partition.Tile];
        ReadOnlySpan<double> lon = rows["lon"].Values<double>(), lat = rows["lat"].Values<double>();
        for (int i = 0; i < rows.RowCount; i++)
        {
            (string? crs, double x, double y) = CentreOf(rows, i, lon[i], lat[i]);
            string? key = tiles.Text(i);
            try
            {
                if (key is null || !grid.Matches(key, crs, x, y))
                    Found(FindingCodes.TileMismatch, rows.RowAt(i), Partition.Tile, string.Create(CultureInfo.InvariantCulture,
                        $"expected {Expected(crs, x, y)}, the tile of the "
                        + $"row's centre ({x:R}, {y:R}){(crs is null ? "" : $" in {Short(crs)}")}, found "
                        + $"{(key is null ? "nothing" : $"'{key}'")}"));
            }
            catch (CrsInvalidException e)
            {
                Found(FindingCodes.TileMismatch, rows.RowAt(i), Partition.Tile, e.Message);
            }
        }
    }

    private (string? Crs, double X, double Y) CentreOf(TileChunk rows, int row, double lonDeg, double latDeg)
    {
        if (!hasRasters || !rows["crs"].IsValid(row) || !rows["transform"].IsValid(row) || !rows["chip_size"].IsValid(row))
            return (null, lonDeg, latDeg);
        ReadOnlySpan<double> t = rows["transform"].Values<DuckDbListEntry>()[row].Of(rows["transform"].Child.Values<double>());
        if (t.Length != TermCount)
            return (null, lonDeg, latDeg); // another finding
        int size = rows["chip_size"].Values<int>()[row];
        (double x, double y) = new Affine(t[0], t[1], t[2], t[3], t[4], t[5]).Apply(0.5 * size, 0.5 * size);
        return (rows["crs"].Text(row), x, y);
    }

    private string Expected(string? crs, double x, double y)
    {
        try
        {
            return grid.KeyOf(crs, x, y);
        }
        catch (FormatException)
        {
            return $"a key such as {grid.Grid.ExampleKey}";
        }
    }

    private static string Short(string crs) => crs.Length <= 40 ? crs : crs[..40] + "…";

    private static bool Has(DatasetUnderReview dataset, string name) =>
        dataset.Manifest.Column(name) is { Role: ColumnRole.Standard, Storage: ColumnStorage.Light };
}
