using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Rasters;
using Pile.Reading;

namespace Pile.Review;

/// <summary>G002, a warning: rows state no number of missing pixels, but the headers of their rasters do, which no build has read. There
/// is one finding for each file of a tile.</summary>
internal sealed class TileRasterNodata(DatasetUnderReview dataset, IndexTile tile, ColumnSchema column, string nodata)
    : TileRowCheck(dataset, tile)
{
    private readonly HashSet<int> reported = [];

    internal override ImmutableArray<string> Columns { get; } = [.. IndexSchema.WindowColumns(column), nodata];

    /// <summary>Returns the checks of a tile: one for each window column with a column of numbers of missing pixels, if headers were read
    /// that the dataset does not have.</summary>
    internal static IEnumerable<TileRowCheck> Of(DatasetUnderReview dataset, IndexTile tile) => dataset.UnreadRasters.Count == 0 ? []
        : dataset.References.Where(c => c.Storage == ColumnStorage.Window && c.Name.EndsWith("_array", StringComparison.Ordinal))
            .Select(c => (Column: c, Nodata: dataset.Manifest.Column($"{c.Name[..^"_array".Length]}_nodata")))
            .Where(pair => pair.Nodata is { DType: DType.Float64, Shape.Length: 1, Storage: ColumnStorage.Light })
            .Select(pair => new TileRasterNodata(dataset, tile, pair.Column, pair.Nodata!.SqlName));

    internal override void Check(TileChunk rows)
    {
        if (FindWindows(rows, column) is not { } windows)
            return;
        DuckDbVector stated = rows[nodata];
        for (int i = 0; i < rows.RowCount; i++)
            if (!windows.IsNull(i) && stated.IsValid(i))
                CheckRow(windows, i, stated.Values<DuckDbListEntry>()[i].Of(stated.Child.Values<double>()), rows.RowAt(i));
    }

    private void CheckRow(WindowTable windows, int i, ReadOnlySpan<double> stated, long row)
    {
        ReadOnlySpan<int> files = windows.FilesOf(i);
        for (int band = 0; band < Math.Min(files.Length, stated.Length); band++)
            if (double.IsNaN(stated[band]) && Dataset.UnreadRasters.Contains(files[band]) && Dataset.Rasters[files[band]] is { } raster
                && (uint)windows.BandsOf(i)[band] < (uint)raster.Bands.Count
                && Nodata.Of(raster.Bands[windows.BandsOf(i)[band]]) is { } own && !double.IsNaN(own) && reported.Add(files[band]))
                Dataset.Log.Add(new Finding(FindingCodes.WindowInvalid, FindingSeverity.Warning, Tile.File.Path, row, nodata,
                    string.Create(CultureInfo.InvariantCulture, $"expected {own}, the nodata of '{Dataset.Sources!.PathOf(files[band])}', ")
                        + "as the header says, which the build did not read; found none in this row and others of this file. Build it "
                        + "again with 'probe: headers', or state 'nodata' in the document of the scene"));
    }
}
