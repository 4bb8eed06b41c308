using Pile.Format;
using Pile.Sky;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows and bytes on the sky, from which cells, tiles and the sky area are derived.</summary>
internal sealed class SkyCounts : KeyCounts
{
    private const int TileOrder = Manifest.SkyAreaOrder, ByteOrder = 8, LowestMapOrder = 2, HighestMapOrder = 8;
    private readonly int[] rowsAtTileOrder = new int[Healpix.PixelCount(TileOrder)];
    private readonly long[] bytesAtByteOrder = new long[Healpix.PixelCount(ByteOrder)];

    internal override void Add(ReadOnlySpan<long> healpix29)
    {
        foreach (long pixel in healpix29)
            rowsAtTileOrder[pixel >> (2 * (Healpix.MaxOrder - TileOrder))]++;
        Rows += healpix29.Length;
    }

    internal override void Add(long healpix29, long bytes)
    {
        rowsAtTileOrder[healpix29 >> (2 * (Healpix.MaxOrder - TileOrder))]++;
        bytesAtByteOrder[healpix29 >> (2 * (Healpix.MaxOrder - ByteOrder))] += bytes;
        Rows++;
    }

    /// <summary>The area of the order-10 pixels with rows.</summary>
    internal double AreaDeg2 => rowsAtTileOrder.Count(rows => rows > 0)
        * (4 * Math.PI * (180 / Math.PI) * (180 / Math.PI) / rowsAtTileOrder.Length);

    internal override Partition PartitionFor(DatasetSpec spec) => spec.Grid is { } grid ? new(Partition.Tile) { Grid = grid }
        : new(Partition.Healpix, spec.Order ?? OrderFor(spec.TargetShardBytes)) { Frame = spec.Frame };

    /// <summary>Returns the tiles as files of a HATS catalogue.</summary>
    internal override IReadOnlyList<TileFile> TileFiles(string subset, Partition partition, int maxRows) =>
        [.. Tiles(maxRows).Select(tile => new TileFile(DatasetPaths.IndexTile(subset, tile.Order, tile.Pixel), tile.Rows))];

    /// <summary>Returns the lowest order, 0 to 8, at which no cell exceeds the size of a shard.</summary>
    private int OrderFor(long targetShardBytes)
    {
        int best = ByteOrder;
        long[] bytes = [.. bytesAtByteOrder];
        for (int order = ByteOrder; order >= 0 && bytes.Max() <= targetShardBytes; order--)
        {
            best = order;
            if (order > 0)
                bytes = FourToOne(bytes);
        }
        return best;
    }

    /// <summary>Returns the number of cells with rows; at orders above 10, of those at order 10.</summary>
    internal override long CellsOf(Partition partition)
    {
        long[] rows = Array.ConvertAll(rowsAtTileOrder, count => (long)count);
        for (int at = TileOrder; at > (partition.Order ?? 0); at--)
            rows = FourToOne(rows);
        return rows.LongCount(count => count > 0);
    }

    /// <summary>The order of the sky map, which has at most as many pixels as rows: from 2 (1.5 kB) to 8 (6 MB).</summary>
    internal int MapOrder
    {
        get
        {
            int order = LowestMapOrder;
            while (order < HighestMapOrder && Healpix.PixelCount(order + 1) <= Rows)
                order++;
            return order;
        }
    }

    /// <summary>Returns the number of rows in each pixel of the sky map, NESTED.</summary>
    internal long[] Map()
    {
        int shift = 2 * (TileOrder - MapOrder);
        long[] map = new long[Healpix.PixelCount(MapOrder)];
        for (int pixel = 0; pixel < rowsAtTileOrder.Length; pixel++)
            map[pixel >> shift] += rowsAtTileOrder[pixel];
        return map;
    }

    /// <summary>Returns the tiles with rows, in NESTED order. A tile is divided while it is too large and coarser than order 10.</summary>
    internal IReadOnlyList<IndexTile> Tiles(int maxRows = MaxTileRows)
    {
        long[][] pyramid = new long[TileOrder + 1][];
        pyramid[TileOrder] = Array.ConvertAll(rowsAtTileOrder, rows => (long)rows);
        for (int order = TileOrder - 1; order >= 0; order--)
            pyramid[order] = FourToOne(pyramid[order + 1]);
        List<IndexTile> tiles = [];
        for (long pixel = 0; pixel < pyramid[0].Length; pixel++)
            Divide(pyramid, 0, pixel, maxRows, tiles);
        return tiles;
    }

    private static void Divide(long[][] pyramid, int order, long pixel, int maxRows, List<IndexTile> tiles)
    {
        long rows = pyramid[order][pixel];
        if (rows == 0)
            return;
        if (rows <= maxRows || order == TileOrder)
            tiles.Add(new IndexTile(order, pixel, rows));
        else
            for (long child = 4 * pixel; child < (4 * pixel) + 4; child++)
                Divide(pyramid, order + 1, child, maxRows, tiles);
    }

    private static long[] FourToOne(long[] fine)
    {
        long[] coarse = new long[fine.Length / 4];
        for (int i = 0; i < coarse.Length; i++)
            coarse[i] = fine[4 * i] + fine[(4 * i) + 1] + fine[(4 * i) + 2] + fine[(4 * i) + 3];
        return coarse;
    }
}
