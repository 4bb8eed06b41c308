using System.Collections.Immutable;
using Pile.Format;
using Pile.Rasters;
using Pile.Reading;

namespace Pile.Review;

/// <summary>G002, G006: the windows of one column are inside rasters of the dataset, and begin at their pixels.</summary>
internal sealed class TileWindows(DatasetUnderReview dataset, IndexTile tile, ColumnSchema column, IReadOnlyList<RasterLayout?> rasters)
    : TileRowCheck(dataset, tile)
{
    private readonly string shapeName = dataset.Manifest.Column(ColumnNames.Shape(column.Name))?.SqlName ?? "";

    internal override ImmutableArray<string> Columns { get; } =
    [
        .. IndexSchema.WindowColumns(column),
        .. column.IsRagged ? [dataset.Manifest.Column(ColumnNames.Shape(column.Name))?.SqlName ?? ""] : ImmutableArray<string>.Empty,
    ];

    internal override void Check(TileChunk rows)
    {
        WindowTable windows = new();
        LocatedPieces located = new(column);
        try
        {
            windows.Append(rows[ColumnNames.PieceFile(column.SqlName)], rows[ColumnNames.WindowBand(column.SqlName)],
                rows[ColumnNames.WindowFactor(column.SqlName)], rows[ColumnNames.Window(column.SqlName)]);
            if (column.IsRagged)
                located.AppendShapes(rows[shapeName]);
        }
        catch (FormatException e)
        {
            Leaves(rows.RowAt(0), $"expected windows that can be read in the rows from this one on, found: {e.Message}");
            return;
        }
        for (int i = 0; i < rows.RowCount; i++)
            if (!windows.IsNull(i))
                CheckRow(windows, column.IsRagged ? located.ShapeOf(i) : column.Shape.AsSpan(), rows.RowAt(i), i);
            else if (!column.Nullable)
                Leaves(rows.RowAt(i), "expected a window, as the column is not nullable; found none");
    }

    private void CheckRow(WindowTable windows, ReadOnlySpan<int> shape, long row, int i)
    {
        ReadOnlySpan<int> files = windows.FilesOf(i), window = windows.WindowOf(i);
        (int firstColumn, int firstRow, int width, int height) = (window[0], window[1], window[2], window[3]);
        if (shape[^3] != files.Length || shape[^2] != height || shape[^1] != width)
            Leaves(row, $"expected a window of the shape [{string.Join(", ", shape.ToArray())}], found {files.Length} bands of {width} × "
                + $"{height} pixels");
        for (int band = 0; band < files.Length; band++)
        {
            int factor = windows.FactorsOf(i)[band];
            if (factor < 1 || firstColumn % factor != 0 || firstRow % factor != 0)
            {
                Found(FindingCodes.WindowNotNested, row, column.Name, $"expected a window that begins at a pixel, found column "
                    + $"{firstColumn}, row {firstRow} with pixels of {factor} × {factor}");
                continue;
            }
            if ((uint)files[band] >= (uint)rasters.Count)
            {
                Leaves(row, $"expected a file of {rasters.Count}, found number {files[band]}");
                continue;
            }
            if (rasters[files[band]] is not { } raster)
                continue; // its size is not known
            int number = windows.BandsOf(i)[band];
            if ((uint)number >= (uint)raster.Bands.Count || raster.DType != column.DType)
                Leaves(row, $"expected the band {number} of {column.DType.Name()} in '{Dataset.Sources!.PathOf(files[band])}', found "
                    + $"{raster.Bands.Count} bands of {raster.DType.Name()}, counted from 0");
            else if (firstColumn >= (long)raster.Width * factor || firstRow >= (long)raster.Height * factor
                || (long)firstColumn + width <= 0 || (long)firstRow + height <= 0)
                Leaves(row, $"expected a window in the {raster.Width} × {raster.Height} pixels of "
                    + $"'{Dataset.Sources!.PathOf(files[band])}', found column {firstColumn}, row {firstRow}");
            else if (Dataset.UnreadRasters.Contains(files[band]) && ((long)firstColumn + width > (long)raster.Width * factor
                || (long)firstRow + height > (long)raster.Height * factor))
                Leaves(row, $"expected a window inside '{Dataset.Sources!.PathOf(files[band])}', which has {raster.Width} × "
                    + $"{raster.Height} pixels, found one that ends at column {(long)firstColumn + width}, row {(long)firstRow + height}: "
                    + "the dataset was built without its header. Correct 'proj:shape' in the document of the scene, and build it again");
        }
    }

    private void Leaves(long row, string message) => Found(FindingCodes.WindowInvalid, row, column.Name, message);
}
