using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I004 of a catalogue that is not a Pile dataset: the HEALPix column matches the position, and rows are in their tile, except
/// those of a margin, which are in another tile.</summary>
internal sealed class HatsTileRows(HatsProperties properties, ReviewDatabases databases, Action<string, string, long?> report)
{
    internal void Check(string folder, IReadOnlyList<HealpixPixel> pixels, CancellationToken cancellationToken)
    {
        if (properties["dataproduct_type"] is not ("object" or "source" or "margin")
            || (properties["hats_npix_suffix"] ?? ".parquet") != ".parquet"
            || properties["hats_col_ra"] is not { } ra || properties["hats_col_dec"] is not { } dec
            || properties["hats_col_healpix"] is not { } healpix)
            return;
        int order = int.TryParse(properties["hats_col_healpix_order"] ?? "29", NumberStyles.None, CultureInfo.InvariantCulture,
            out int declared) && declared <= Healpix.MaxOrder ? declared : Healpix.MaxOrder;
        foreach (HealpixPixel pixel in pixels)
        {
            string path = HatsTilePath.Of(pixel);
            if (!File.Exists(Path.Combine(folder, path)))
                continue; // already a finding
            try
            {
                databases.Use(connection => Check(path, Path.Combine(folder, path), pixel, (ra, dec, healpix), order, connection,
                    cancellationToken));
            }
            catch (DuckDbException e)
            {
                report(path, $"expected columns {ra}, {dec} and {healpix}, found: {e.FirstLine()}", null);
            }
        }
    }

    private void Check(string path, string file, HealpixPixel tile, (string Ra, string Dec, string Healpix) names, int order,
        DuckDbConnection connection, CancellationToken cancellationToken)
    {
        bool isMargin = properties["dataproduct_type"] == "margin";
        using DuckDbResult result = connection.Query($"SELECT {DuckDbSql.Identifier(names.Ra)}::DOUBLE, "
            + $"{DuckDbSql.Identifier(names.Dec)}::DOUBLE, {DuckDbSql.Identifier(names.Healpix)}::BIGINT FROM {ParquetSql.Read(file)}",
            cancellationToken: cancellationToken);
        long row = 0;
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            ReadOnlySpan<double> ra = chunk.Values<double>(0), dec = chunk.Values<double>(1);
            ReadOnlySpan<long> index = chunk.Values<long>(2);
            for (int i = 0; i < index.Length; i++, row++)
            {
                if (!chunk[0].IsValid(i) || !chunk[1].IsValid(i) || !chunk[2].IsValid(i) || !double.IsFinite(ra[i])
                    || !(Math.Abs(dec[i]) <= 90))
                    report(path, "expected a position and its pixel, found none", row);
                else if (ra[i] is < -180 or > 360)
                    report(path, string.Create(CultureInfo.InvariantCulture,
                        $"expected a right ascension in [0, 360] or [-180, 180], found {ra[i]:R}"), row);
                else if (Healpix.AngToPix(order, ra[i], dec[i]) is var expected && expected != index[i]
                    && (order != Healpix.MaxOrder || !HealpixEdge.Touches(ra[i], dec[i], index[i])))
                    report(path, string.Create(CultureInfo.InvariantCulture,
                        $"expected {expected} as '{names.Healpix}' at ra {ra[i]:R}, dec {dec[i]:R}, found {index[i]}"), row);
                else if (order >= tile.Order && (index[i] >> (2 * (order - tile.Order)) == tile.Pixel) == isMargin)
                    report(path, isMargin ? $"expected rows of other tiles than {tile}, found one of it"
                        : $"expected a row of the tile {tile}, found '{names.Healpix}' {index[i]}", row);
            }
        }
    }
}
