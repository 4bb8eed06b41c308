using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Sky;

namespace Pile.Writing.Index;

/// <summary>The distribution of rows and bytes on the sky, from which cells, tiles and the sky area are derived.</summary>
internal sealed class SkyCounts : KeyCounts
{
    private const int TileOrder = Manifest.SkyAreaOrder, BlockOrder = 5, ByteOrder = 8, LowestMapOrder = 2, HighestMapOrder = 8;
    private const int BlockShift = 2 * (TileOrder - BlockOrder), BlockPixels = 1 << BlockShift;
    private const int ByteShift = 2 * (ByteOrder - BlockOrder), BytePixels = 1 << ByteShift;

    // The rows in pixels of the tile order, and the bytes in those of the byte order, by pixels of the block order, of which most surveys
    // and nearly all small datasets touch few.
    private readonly int[]?[] blocks = new int[]?[Healpix.PixelCount(BlockOrder)];
    private readonly long[]?[] bytesOfBlocks = new long[]?[Healpix.PixelCount(BlockOrder)];

    internal override void Add(ReadOnlySpan<long> healpix29)
    {
        foreach (long pixel in healpix29)
            RowsAt(pixel)++;
        Rows += healpix29.Length;
    }

    internal override void Add(long healpix29, long bytes)
    {
        RowsAt(healpix29)++;
        BytesOf(healpix29 >> (2 * (Healpix.MaxOrder - BlockOrder)))[(healpix29 >> (2 * (Healpix.MaxOrder - ByteOrder))) & (BytePixels - 1)]
            += bytes;
        Rows++;
    }

    internal override void AddToRows(long bytes)
    {
        for (int block = 0; block < blocks.Length; block++)
            for (int i = 0; blocks[block] is not null && i < BytePixels; i++)
                BytesOf(block)[i] += bytes * Sum(PixelsOf(ByteOrder, ((long)block << ByteShift) + i));
    }

    /// <summary>The area of the order-10 pixels with rows.</summary>
    internal double AreaDeg2 => CellsAt(TileOrder)
        * (4 * Math.PI * (180 / Math.PI) * (180 / Math.PI) / Healpix.PixelCount(TileOrder));

    internal override Partition PartitionFor(DatasetSpec spec) => spec.Grid is { } grid ? new(Partition.Tile) { Grid = grid }
        : new(Partition.Healpix, spec.Order ?? LevelFor(BytesOfPixels(), ByteOrder, FourToOne, spec.TargetShardBytes))
        {
            Frame = spec.Frame,
        };

    /// <summary>Returns the tiles as files of a HATS catalogue.</summary>
    internal override IReadOnlyList<TileFile> TileFiles(string subset, Partition partition, int maxRows) =>
        [.. Tiles(maxRows).Select(tile => new TileFile(DatasetPaths.IndexTile(subset, tile.Order, tile.Pixel), tile.Rows))];

    /// <summary>Returns the number of cells with rows; at orders above 10, of those at order 10.</summary>
    internal override long CellsOf(Partition partition) => CellsAt(Math.Min(partition.Order ?? 0, TileOrder));

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
        for (int block = 0; block < blocks.Length; block++)
            if (blocks[block] is { } rows)
                for (int i = 0; i < rows.Length; i++)
                    map[((block << BlockShift) + i) >> shift] += rows[i];
        return map;
    }

    /// <summary>Returns the tiles with rows, in NESTED order. A tile is divided while it is too large and coarser than order 10.</summary>
    internal IReadOnlyList<IndexTile> Tiles(int maxRows = MaxTileRows)
    {
        List<(int Block, long Rows)> filled = [];
        for (int block = 0; block < blocks.Length; block++)
            if (blocks[block] is { } rows)
                filled.Add((block, Sum(rows)));
        ReadOnlySpan<(int, long)> left = CollectionsMarshal.AsSpan(filled);
        List<IndexTile> tiles = [];
        for (long pixel = 0; pixel < Healpix.PixelCount(0); pixel++)
            Divide(Take(ref left, 0, pixel), 0, pixel, maxRows, tiles);
        return tiles;
    }

    /// <param name="inside">The blocks with rows in the pixel; empty if it is finer than blocks.</param>
    /// <param name="order">The pixel's order.</param>
    /// <param name="pixel">The pixel.</param>
    /// <param name="maxRows">The largest number of rows of a tile.</param>
    /// <param name="tiles">Receives the tiles.</param>
    private void Divide(ReadOnlySpan<(int Block, long Rows)> inside, int order, long pixel, int maxRows, List<IndexTile> tiles)
    {
        long rows = order > BlockOrder ? Sum(PixelsOf(order, pixel)) : 0;
        foreach ((_, long count) in inside)
            rows += count;
        if (rows == 0)
            return;
        if (rows <= maxRows || order == TileOrder)
            tiles.Add(new IndexTile(order, pixel, rows));
        else
            for (long child = 4 * pixel; child < (4 * pixel) + 4; child++)
                Divide(Take(ref inside, order + 1, child), order + 1, child, maxRows, tiles);
    }

    /// <summary>Removes the blocks of a pixel from the front of a list, and returns them.</summary>
    private static ReadOnlySpan<(int Block, long Rows)> Take(ref ReadOnlySpan<(int Block, long Rows)> left, int order, long pixel)
    {
        int count = 0;
        while (order <= BlockOrder && count < left.Length && left[count].Block >> (2 * (BlockOrder - order)) == pixel)
            count++;
        ReadOnlySpan<(int, long)> inside = left[..count];
        left = left[count..];
        return inside;
    }

    private ref int RowsAt(long healpix29)
    {
        long pixel = healpix29 >> (2 * (Healpix.MaxOrder - TileOrder));
        return ref (blocks[pixel >> BlockShift] ??= new int[BlockPixels])[pixel & (BlockPixels - 1)];
    }

    private long[] BytesOf(long block) => bytesOfBlocks[block] ??= new long[BytePixels];

    /// <summary>Returns the bytes of each pixel of the byte order.</summary>
    private long[] BytesOfPixels()
    {
        long[] bytes = new long[Healpix.PixelCount(ByteOrder)];
        for (int block = 0; block < blocks.Length; block++)
            bytesOfBlocks[block]?.CopyTo(bytes, block << ByteShift);
        return bytes;
    }

    /// <summary>Returns the rows of a pixel that is not coarser than a block, by pixels of the tile order.</summary>
    private ReadOnlySpan<int> PixelsOf(int order, long pixel)
    {
        int count = 1 << (2 * (TileOrder - order)), first = (int)(pixel * count);
        return blocks[first >> BlockShift] is { } rows ? rows.AsSpan(first & (BlockPixels - 1), count) : [];
    }

    /// <summary>Returns the number of pixels with rows.</summary>
    private long CellsAt(int order)
    {
        if (order <= BlockOrder)
            return Enumerable.Range(0, blocks.Length).Where(block => blocks[block] is not null)
                .Select(block => block >> (2 * (BlockOrder - order))).Distinct().LongCount();
        long cells = 0;
        int pixels = 1 << (2 * (TileOrder - order));
        foreach (int[] rows in blocks.OfType<int[]>())
            if (order == TileOrder)
                cells += BlockPixels - rows.AsSpan().Count(0);
            else
                for (int first = 0; first < BlockPixels; first += pixels)
                    cells += rows.AsSpan(first, pixels).ContainsAnyExcept(0) ? 1 : 0;
        return cells;
    }

    private static long Sum(ReadOnlySpan<int> rows)
    {
        long sum = 0;
        foreach (int count in rows)
            sum += count;
        return sum;
    }

    private static long[] FourToOne(long[] fine)
    {
        long[] coarse = new long[fine.Length / 4];
        for (int i = 0; i < coarse.Length; i++)
            coarse[i] = fine[4 * i] + fine[(4 * i) + 1] + fine[(4 * i) + 2] + fine[(4 * i) + 3];
        return coarse;
    }
}
