using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Review;

/// <summary>C004, I004: positions are valid, and the HEALPix columns agree with the positions and the tile.</summary>
internal sealed class TilePositions(DatasetUnderReview dataset, IndexTile tile) : TileRowCheck(dataset, tile)
{
    private readonly IndexKey key = dataset.Manifest.Partition.Key;
    private readonly PositionFrame frame = dataset.Manifest.Partition.Frame!;
    private double[] raDeg = [], decDeg = [];
    private long[] pixels = [];

    internal override ImmutableArray<string> Columns =>
        [ColumnNames.Healpix29, frame.Lon, frame.Lat, .. key.HasTiles ? (string[])[] : [Partition.Healpix]];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector raColumn = rows[frame.Lon], decColumn = rows[frame.Lat], indexColumn = rows[ColumnNames.Healpix29],
            cellColumn = key.HasTiles ? default : rows[Partition.Healpix];
        ReadOnlySpan<double> ra = raColumn.Values<double>(), dec = decColumn.Values<double>();
        ReadOnlySpan<long> index = indexColumn.Values<long>(), cell = key.HasTiles ? default : cellColumn.Values<long>();
        Grow(rows.RowCount);
        string lons = $"{frame.MinLonDeg} to {frame.EndLonDeg}, {frame.EndLonDeg} excluded";
        Span<bool> isOnSky = stackalloc bool[rows.RowCount];
        for (int i = 0; i < rows.RowCount; i++)
        {
            bool isRa = IsIn(rows, i, frame.Lon, raColumn, ra[i], frame.IsLon(ra[i]), lons);
            isOnSky[i] = IsIn(rows, i, frame.Lat, decColumn, dec[i], dec[i] is >= -90 and <= 90, "-90 to 90") && isRa;
            (raDeg[i], decDeg[i]) = isOnSky[i] ? (ra[i], dec[i]) : (0, 0);
        }
        Healpix.AngToPix(Healpix.MaxOrder, raDeg.AsSpan(0, rows.RowCount), decDeg.AsSpan(0, rows.RowCount), pixels);
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!isOnSky[i])
                continue;
            long expected = pixels[i];
            if (!indexColumn.IsValid(i))
                Found(FindingCodes.HealpixMismatch, rows.RowAt(i), ColumnNames.Healpix29, $"expected {expected}, found nothing");
            else if (index[i] != expected && !HealpixEdge.Touches(raDeg[i], decDeg[i], index[i]))
                Found(FindingCodes.HealpixMismatch, rows.RowAt(i), ColumnNames.Healpix29,
                    string.Create(CultureInfo.InvariantCulture,
                        $"expected {expected} at {frame.Lon} {raDeg[i]:R}, {frame.Lat} {decDeg[i]:R}, found {index[i]}"));
            else
            {
                expected = index[i];
                if (index[i] < Tile.Pixel.RangeAtOrder29.Start || index[i] >= Tile.Pixel.RangeAtOrder29.End)
                    Found(FindingCodes.HealpixMismatch, rows.RowAt(i), ColumnNames.Healpix29,
                        $"expected a row of the tile {Tile.Pixel}, found {index[i]}, which is in "
                            + $"{Tile.Pixel.Order}/{index[i] >> (2 * (Healpix.MaxOrder - Tile.Pixel.Order))}");
            }
            if (!key.HasTiles && (!cellColumn.IsValid(i) || cell[i] != key.CellOf(expected)))
                Found(FindingCodes.HealpixMismatch, rows.RowAt(i), Partition.Healpix,
                    $"expected {key.CellOf(expected)} at order {Dataset.Manifest.Partition.Order}, found "
                        + $"{(cellColumn.IsValid(i) ? cell[i] : "nothing")}");
        }
    }

    private bool IsIn(TileChunk rows, int row, string column, DuckDbVector vector, double value, bool isInRange, string range)
    {
        bool isValid = vector.IsValid(row);
        if (!isValid || !isInRange)
            Found(FindingCodes.PositionInvalid, rows.RowAt(row), column,
                $"expected degrees from {range}, found {(isValid ? value.ToString("R") : "nothing")}");
        return isValid && isInRange;
    }

    private void Grow(int count)
    {
        if (pixels.Length < count)
            (raDeg, decDeg, pixels) = (new double[count], new double[count], new long[count]);
    }
}
