using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Earth;
using Pile.Format;
using Pile.Proj;
using Pile.Rasters;
using Pile.Reading;

namespace Pile.Review;

/// <summary>G002: the rasters of a window column have the coordinate reference system and the transform of their rows. There is one
/// finding for each file of a tile.</summary>
internal sealed class TileRasterGrids(DatasetUnderReview dataset, IndexTile tile, ColumnSchema column) : TileRowCheck(dataset, tile)
{
    private const int TermCount = 6;

    // In pixels of the file: slightly more than what a build accepts of rounded numbers.
    private const double MaxShiftPixels = 0.125;

    private readonly HashSet<int> reported = [];
    private readonly Dictionary<string, string?> codes = new(StringComparer.Ordinal);

    internal override ImmutableArray<string> Columns { get; } =
        [.. IndexSchema.WindowColumns(column), "crs", "transform", "chip_size"];

    /// <summary>Returns whether the rows of a dataset state where their pixels are.</summary>
    internal static bool IsFor(DatasetUnderReview dataset) => dataset.Manifest.Modality == Modality.OfChips
        && ((string[])["crs", "transform", "chip_size"]).All(name =>
            dataset.Manifest.Column(name) is { Role: ColumnRole.Standard, Storage: ColumnStorage.Light });

    internal override void Check(TileChunk rows)
    {
        if (FindWindows(rows, column) is not { } windows)
            return;
        DuckDbVector transforms = rows["transform"];
        ReadOnlySpan<int> sizes = rows["chip_size"].Values<int>();
        for (int i = 0; i < rows.RowCount; i++)
            if (!windows.IsNull(i) && transforms.IsValid(i) && rows["chip_size"].IsValid(i)
                && transforms.Values<DuckDbListEntry>()[i].Of(transforms.Child.Values<double>()) is { Length: TermCount } t)
                CheckRow(windows, i, new Affine(t[0], t[1], t[2], t[3], t[4], t[5]), sizes[i], rows["crs"].Text(i), rows.RowAt(i));
    }

    private void CheckRow(WindowTable windows, int i, Affine chip, int size, string? crs, long row)
    {
        ReadOnlySpan<int> files = windows.FilesOf(i), window = windows.WindowOf(i);
        if (window[2] < 1 || size % window[2] != 0)
            return; // another finding
        int ofColumn = size / window[2]; // how many pixels of the transform are as wide as one of the window
        for (int band = 0; band < files.Length; band++)
        {
            int factor = windows.FactorsOf(i)[band];
            if (factor < 1 || (uint)files[band] >= (uint)Dataset.Rasters.Length || Dataset.Rasters[files[band]] is not { } raster
                || reported.Contains(files[band]))
                continue;
            Affine stated = chip.Window(-(double)window[0] * ofColumn, -(double)window[1] * ofColumn)
                .Scaled((double)factor * ofColumn, (double)factor * ofColumn);
            if (raster.Transform is { IsInvertible: true } own && !Agree(stated, own, raster))
                Differ(files[band], row, "transform", stated.ToString(), own.ToString());
            else if (crs is not null && raster.Crs is not null && CodeOf(crs) is { } code && CodeOf(raster.Crs) is { } ownCode
                && code != ownCode)
                Differ(files[band], row, "crs", code, ownCode);
        }
    }

    private void Differ(int file, long row, string name, string stated, string own)
    {
        reported.Add(file);
        Found(FindingCodes.WindowInvalid, row, name, $"expected {stated} for the raster '{Dataset.Sources!.PathOf(file)}', as the row and "
            + $"others of this file state; found {own}. Correct the document of the scene, and build the dataset again");
    }

    private static bool Agree(Affine stated, Affine own, RasterLayout raster)
    {
        Affine inverse = own.Inverse();
        foreach ((int column, int row) in ((int, int)[])[(0, 0), (raster.Width, 0), (0, raster.Height)])
        {
            (double x, double y) = stated.Apply(column, row);
            (double ownColumn, double ownRow) = inverse.Apply(x, y);
            if (!(Math.Abs(ownColumn - column) <= MaxShiftPixels && Math.Abs(ownRow - row) <= MaxShiftPixels))
                return false;
        }
        return true;
    }

    // Systems without a code of EPSG are not compared, as when a dataset is built.
    private string? CodeOf(string definition)
    {
        if (codes.TryGetValue(definition, out string? code))
            return code;
        try
        {
            code = Crs.Parse(definition).AuthorityCode;
        }
        catch (CrsInvalidException)
        {
            code = null;
        }
        return codes[definition] = code?.StartsWith("EPSG:", StringComparison.Ordinal) == true ? code : null;
    }
}
