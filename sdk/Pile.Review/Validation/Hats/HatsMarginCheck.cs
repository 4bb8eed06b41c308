using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>I006: a margin contains every row of other tiles within the threshold, and only rows of the catalogue.</summary>
/// <remarks>For every row, sixteen points at the threshold's distance are tested. If one of them is in another tile, or in empty sky, the
/// margin of that tile must contain the row. This detects a missing row unless only a corner of the tile is near; it never reports a
/// complete margin.</remarks>
internal sealed class HatsMarginCheck(HatsCatalogCheck primary, string primaryFolder, HatsCatalogCheck margin, string marginFolder,
    string prefix, FindingLog log, ReviewDatabases databases)
{
    private const int Directions = 16;

    /// <summary>Prevents rounding from placing points just outside the threshold.</summary>
    private const double Share = 1 - 1e-7;

    internal void Check(CancellationToken cancellationToken)
    {
        if (primary.Properties is not { } properties || margin.Properties is not { } marginProperties
            || properties["hats_col_healpix"] is not { } healpix || properties["hats_col_healpix_order"] is not (null or "29")
            || properties["hats_col_ra"] is not { } ra || properties["hats_col_dec"] is not { } dec
            || !double.TryParse(marginProperties["hats_margin_threshold"], NumberStyles.Float, CultureInfo.InvariantCulture,
                out double thresholdArcsec))
            return;
        try
        {
            HealpixPixel[] marginTiles = [.. margin.Pixels.OrderBy(p => p.RangeAtOrder29.Start)];
            HashSet<long>[] rowsOf =
                [.. marginTiles.Select(tile => Indices(Path.Combine(marginFolder, HatsTilePath.Of(tile)), healpix, cancellationToken))];
            HashSet<long> inMargins = [.. rowsOf.SelectMany(rows => rows)];
            long[] starts = [.. marginTiles.Select(tile => tile.RangeAtOrder29.Start)];
            foreach (HealpixPixel tile in primary.Pixels)
                databases.Use(connection => CheckTile(tile, $"SELECT {DuckDbSql.Identifier(healpix)}::BIGINT, "
                    + $"{DuckDbSql.Identifier(ra)}::DOUBLE, {DuckDbSql.Identifier(dec)}::DOUBLE FROM "
                    + $"{ParquetSql.Read(Path.Combine(primaryFolder, HatsTilePath.Of(tile)))}",
                    thresholdArcsec / 3600 * Share, starts, marginTiles, rowsOf, inMargins, connection, cancellationToken));
            foreach (HealpixPixel tile in marginTiles.Where((_, i) => rowsOf[i].Overlaps(inMargins)))
                log.Error(FindingCodes.MarginMismatch, prefix + HatsTilePath.Of(tile),
                    "expected copies of the catalogue's rows, found one that matches no row's position");
        }
        catch (DuckDbException)
        {
            // A tile that cannot be read is already a finding.
        }
    }

    private HashSet<long> Indices(string path, string healpix, CancellationToken cancellationToken) => databases.Use(connection =>
    {
        HashSet<long> indices = [];
        using DuckDbResult result = connection.Query($"SELECT {DuckDbSql.Identifier(healpix)}::BIGINT FROM {ParquetSql.Read(path)}",
            cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
            foreach (long index in chunk.Values<long>(0))
                indices.Add(index);
        return indices;
    });

    private void CheckTile(HealpixPixel tile, string sql, double radiusDeg, long[] starts, HealpixPixel[] marginTiles,
        HashSet<long>[] rowsOf, HashSet<long> unseen, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        HealpixRange own = tile.RangeAtOrder29;
        double[] ra = new double[Directions], dec = new double[Directions];
        long[] around = new long[Directions];
        long row = 0;
        using DuckDbResult result = connection.Query(sql, cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            ReadOnlySpan<long> index = chunk.Values<long>(0);
            ReadOnlySpan<double> raDeg = chunk.Values<double>(1), decDeg = chunk.Values<double>(2);
            for (int i = 0; i < index.Length; i++, row++)
            {
                unseen.Remove(index[i]);
                if (!chunk[0].IsValid(i) || !chunk[1].IsValid(i) || !chunk[2].IsValid(i) || !double.IsFinite(raDeg[i])
                    || !(Math.Abs(decDeg[i]) <= 90) || !own.Contains(index[i]))
                    continue; // reported by the checks of the tile
                Circle(raDeg[i], decDeg[i], radiusDeg, ra, dec);
                Healpix.AngToPix(Healpix.MaxOrder, ra, dec, around);
                foreach (long place in around)
                    if (!own.Contains(place) && !Has(place, index[i], starts, marginTiles, rowsOf))
                    {
                        log.Error(FindingCodes.MarginMismatch, prefix + HatsPartitions.FileName,
                            string.Create(CultureInfo.InvariantCulture,
                                $"expected row {row} of tile {tile} (ra {raDeg[i]:R}, dec {decDeg[i]:R}) in the margin of the sky at "
                                + $"order-29 pixel {place}, found it in no margin tile there"));
                        break;
                    }
            }
        }
    }

    private static bool Has(long place, long index, long[] starts, HealpixPixel[] tiles, HashSet<long>[] rowsOf)
    {
        int at = Array.BinarySearch(starts, place) is var found && found >= 0 ? found : ~found - 1;
        return at >= 0 && tiles[at].RangeAtOrder29.Contains(place) && rowsOf[at].Contains(index);
    }

    /// <summary>Computes points around a position at a given distance, by spherical trigonometry.</summary>
    private static void Circle(double raDeg, double decDeg, double radiusDeg, double[] ra, double[] dec)
    {
        const double Degree = Math.PI / 180;
        (double sinDec, double cosDec) = Math.SinCos(decDeg * Degree);
        (double sinRadius, double cosRadius) = Math.SinCos(radiusDeg * Degree);
        for (int i = 0; i < Directions; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / Directions);
            double sinTo = Math.Clamp((sinDec * cosRadius) + (cosDec * sinRadius * cos), -1, 1);
            dec[i] = Math.Asin(sinTo) / Degree;
            ra[i] = raDeg + (Math.Atan2(sin * sinRadius * cosDec, cosRadius - (sinDec * sinTo)) / Degree);
        }
    }
}
