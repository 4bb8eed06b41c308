using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;
using Pile.Writing.Spill;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows and bytes on the sky, from which cells, tiles and the sky area are derived.</summary>
internal sealed class SkyCounts
{
    /// <summary>A tile with more rows is divided.</summary>
    internal const int MaxTileRows = 1_000_000;

    private const int TileOrder = Manifest.SkyAreaOrder, ByteOrder = 8, LowestMapOrder = 2, HighestMapOrder = 8;
    private readonly int[] rowsAtTileOrder = new int[Healpix.PixelCount(TileOrder)];
    private readonly long[] bytesAtByteOrder = new long[Healpix.PixelCount(ByteOrder)];

    /// <summary>Adds rows by their pixels at order 29.</summary>
    internal void Add(ReadOnlySpan<long> healpix29)
    {
        foreach (long pixel in healpix29)
            rowsAtTileOrder[pixel >> (2 * (Healpix.MaxOrder - TileOrder))]++;
        Rows += healpix29.Length;
    }

    /// <summary>Adds a row of a known size.</summary>
    internal void Add(long healpix29, long bytes)
    {
        rowsAtTileOrder[healpix29 >> (2 * (Healpix.MaxOrder - TileOrder))]++;
        bytesAtByteOrder[healpix29 >> (2 * (Healpix.MaxOrder - ByteOrder))] += bytes;
        Rows++;
    }

    internal long Rows { get; private set; }

    /// <summary>The area of the order-10 pixels with rows.</summary>
    internal double AreaDeg2 => rowsAtTileOrder.Count(rows => rows > 0)
        * (4 * Math.PI * (180 / Math.PI) * (180 / Math.PI) / rowsAtTileOrder.Length);

    /// <summary>Counts all rows of a spill.</summary>
    internal static SkyCounts Of(SpillQuery spill, long lightRowBytes, DuckDbConnection connection, CancellationToken cancellationToken)
    {
        SkyCounts counts = new();
        if (spill.Groups.IsEmpty)
            return counts;
        using DuckDbResult result = connection.Query(spill.Counts(), cancellationToken: cancellationToken);
        while (result.TryNextChunk(out DuckDbChunk? chunk))
        {
            ReadOnlySpan<long> healpix29 = chunk.Values<long>(0), heavyBytes = chunk.Values<long>(1);
            for (int row = 0; row < healpix29.Length; row++)
                counts.Add(healpix29[row], lightRowBytes + heavyBytes[row]);
        }
        return counts;
    }

    /// <summary>Returns the lowest order, 0 to 8, at which no cell exceeds the size of a shard.</summary>
    internal int OrderFor(long targetShardBytes)
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
    internal long CellsAt(int order)
    {
        long[] rows = Array.ConvertAll(rowsAtTileOrder, count => (long)count);
        for (int at = TileOrder; at > order; at--)
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
