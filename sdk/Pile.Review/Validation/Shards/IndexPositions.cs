using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Review;

/// <summary>The positions of rows of the index, when they are compared with those of a shard.</summary>
internal static class IndexPositions
{
    /// <summary>Returns whether tiles have valid columns of positions.</summary>
    internal static bool IsFor(DatasetUnderReview dataset, ImmutableHashSet<string> columns) =>
        dataset.Manifest.Partition.Key.HasPositions && Columns(dataset).All(columns.Contains);

    /// <summary>Returns the columns that <see cref="HasFinding"/> reads.</summary>
    internal static ImmutableArray<string> Columns(DatasetUnderReview dataset) =>
        dataset.Manifest.Partition.Frame is { } frame ? [frame.Lon, frame.Lat, ColumnNames.Healpix29,
            .. dataset.Manifest.Partition.Key.HasTiles ? (string[])[] : [Partition.Healpix]] : [];

    /// <summary>Returns whether a column has a part of the position.</summary>
    internal static bool IsColumn(DatasetUnderReview dataset, ColumnSchema column) =>
        column.Role == ColumnRole.Standard && Columns(dataset).Contains(column.Name);

    /// <summary>Returns whether the position of a row is a finding of <see cref="TilePositions"/>: C004 or I004.</summary>
    internal static bool HasFinding(DatasetUnderReview dataset, TileChunk rows, int row)
    {
        PositionFrame frame = dataset.Manifest.Partition.Frame!;
        DuckDbVector lon = rows[frame.Lon], lat = rows[frame.Lat], index = rows[ColumnNames.Healpix29];
        if (!lon.IsValid(row) || !lat.IsValid(row) || !index.IsValid(row) || !frame.IsLon(lon.Values<double>()[row])
            || !(lat.Values<double>()[row] is >= -90 and <= 90))
            return true;
        double raDeg = lon.Values<double>()[row], decDeg = lat.Values<double>()[row];
        long found = index.Values<long>()[row];
        if (found != HealpixPixel.FromRaDec(raDeg, decDeg, Healpix.MaxOrder).Pixel && !HealpixEdge.Touches(raDeg, decDeg, found))
            return true;
        if (dataset.Manifest.Partition.Key.HasTiles)
            return false;
        DuckDbVector cell = rows[Partition.Healpix];
        return !cell.IsValid(row) || cell.Values<long>()[row] != dataset.Manifest.Partition.Key.CellOf(found);
    }
}
