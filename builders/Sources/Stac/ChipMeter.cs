using Pile.Earth;
using Pile.Format;
using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Measures the chips of a scene, one row of chips after the other.</summary>
internal sealed class ChipMeter : IDisposable
{
    private readonly ChipIndexer indexer;
    private readonly ChipGrid grid;
    private readonly IRasterSource source;
    private readonly int band;
    private readonly int? factor;
    private readonly int[] columns, rows;
    private readonly string place;
    private byte[] strip = [], valid = [], finest = [], finestValid = [];

    private ChipMeter(ChipIndexer indexer, ChipGrid grid, IRasterSource source, int band, MeteredPixels pixels, string place)
    {
        (this.indexer, this.grid, this.source, this.band, this.place) = (indexer, grid, source, band, place);
        (factor, columns, rows) = (pixels.Factor, pixels.Columns(grid.Columns), pixels.Rows(grid.Rows));
    }

    /// <summary>The number of pixels without data; null if none is known.</summary>
    private double? Nodata { get; init; }

    /// <summary>True if the indexer counts cloudy pixels.</summary>
    internal bool MeasuresClouds => indexer.MeasuresClouds;

    /// <summary>Opens the band of a scene that an indexer reads.</summary>
    /// <param name="indexer">The indexer.</param>
    /// <param name="slice">The scene.</param>
    /// <param name="boundsDeg">The box of its footprint: west, south, east, north.</param>
    /// <param name="chips">Its chips.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="places">The files.</param>
    /// <param name="report">Receives that the document does not tell which band of the file it is.</param>
    /// <param name="cancellationToken">Cancels the reading of the header.</param>
    /// <exception cref="SceneInvalidException">The scene has no such band, or its pixels neither nest with those of the chips nor are
    /// resampled.</exception>
    internal static async Task<ChipMeter> OpenAsync(ChipIndexer indexer, SceneSlice slice, double[] boundsDeg, SceneChipLayout chips,
        ChipRecipe recipe, RasterPlaces places, Action<string> report, CancellationToken cancellationToken)
    {
        Scene scene = slice.Scene;
        if (ChipIndexers.Find(indexer, scene) is not (var asset, var number))
            throw new SceneInvalidException(SceneProblem.NoAssets, scene.Source, scene.Index, scene.Id, "assets",
                $"there is no {string.Join(" or ", indexer.Bands)}, which 'stats' reads; the assets are "
                    + string.Join(", ", scene.Assets.Select(a => a.Key)), "Name another band or indexer in 'stats', or leave it out");
        RasterFile file = await new BandHeaders(places).OpenAsync(scene, asset, recipe.Scenes.AddressOf(scene, asset),
            "'stats' reads it", cancellationToken).ConfigureAwait(false);
        BandAgreement agreement = new(scene, asset.Key);
        string address = recipe.Scenes.AddressOf(scene, asset);
        RasterLayout layout = agreement.WithKnownCrs(asset.Grid, file.Source.Layout, address, recipe.Scenes.Crs);
        if (AssetLayers.IsHdf(asset) && SceneSlices.TimesOf(scene, asset, layout).Length is > 0 and var slices)
            number = slice.Number is { } chosen && chosen < slices ? chosen
                : throw Invalid($"it has {slices} time slices, which the bands of chips do not have",
                    "Choose another indexer, or leave 'stats' out");
        if (number >= layout.Bands.Count)
            throw Invalid($"'stats' reads its band {number + 1}, but the file has {layout.Bands.Count}",
                "Correct the document, or leave 'stats' out");
        if (asset.Bands.IsEmpty && layout.Bands.Count > 1 && slice.Number is null)
            report($"'stats' reads the first of the {layout.Bands.Count} bands of the asset '{asset.Key}', because the document lists no "
                + "bands");
        SceneBand stated = BandChoice.BandAt(asset, number);
        agreement.RequireDType(stated, layout.DType);
        (ChipGrid grid, ChipBand finest) = (chips.Grid, chips.Finest);
        if (EpsgOf(layout.Crs ?? asset.Grid.Crs) is { } code && EpsgOf(finest.Crs) is { } codeOfGrid && code != codeOfGrid)
            throw Invalid($"its coordinate reference system is {code}, but that of '{finest.Name}', on whose grid 'stats' counts, is "
                + codeOfGrid, "Leave 'stats' out");
        MeteredPixels pixels = new(TransformOf(), layout.Width, layout.Height, grid);
        string name = slice.Bands.FirstOrDefault(b => b.Asset.Key == asset.Key && b.Number == number)?.Name ?? asset.Key;
        bool isResampled = recipe.Resampling.IsFor(scene, name, asset, number);
        if (pixels.Factor is null && !isResampled)
            throw Invalid($"its pixels do not nest with those of '{finest.Name}', on whose grid 'stats' counts",
                "Name a method for the band in 'resample', or leave 'stats' out");
        if (pixels.Obstacle is { } obstacle)
            throw Invalid($"'stats' does not count it on the grid of '{finest.Name}': {obstacle}", "Leave 'stats' out");
        if (pixels.IsOutside(grid.Columns, grid.Rows))
            throw Invalid($"none of its pixels is on the grid of '{finest.Name}', on which 'stats' counts",
                "Correct the coordinate reference systems and transforms in the document, or leave 'stats' out");
        if (pixels.Factor is { } whole && !isResampled && (Math.Abs(((long)layout.Height * whole) - grid.Rows) >= whole
            || Math.Abs(((long)layout.Width * whole) - grid.Columns) >= whole))
            throw Invalid($"its file has {layout.Height} rows and {layout.Width} columns, which do not cover the {grid.Rows} × "
                + $"{grid.Columns} pixels of '{finest.Name}'", "Correct the document, or leave 'stats' out");
        return new ChipMeter(indexer, grid, file.Source, number, pixels, $"{scene}")
        {
            Nodata = agreement.RequireNodata(stated, layout, number),
        };

        Affine TransformOf()
        {
            if (layout.Transform is { IsInvertible: true } own)
                return own;
            agreement.RequireShape(asset.Grid, layout);
            return agreement.RequireGrid(asset.Grid, null, boundsDeg, layout, recipe.Scenes.Crs) is { IsInvertible: true } transform
                ? transform : throw Invalid("neither the document nor the file has a transform and a coordinate reference system",
                    "State them in the document, or leave 'stats' out");
        }

        string? EpsgOf(string? crs) =>
            crs is not null && recipe.Scenes.Crs.CrsOf(crs).HorizontalCode is { } authority
                && authority.StartsWith("EPSG:", StringComparison.Ordinal) ? authority : null;

        SceneInvalidException Invalid(string finding, string remedy) => new(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id,
            $"assets.{asset.Key}", finding, remedy);
    }

    /// <summary>Measures the chips of a row.</summary>
    /// <returns>For each chip the counts, and the number of pixels in which they count: those of the band, or of the finest grid if the
    /// chip or the scene begins or ends within a pixel of the band, or the band does not nest.</returns>
    internal async ValueTask<(ChipStatistics Counts, int Pixels)[]> MeasureRowAsync(int chipY, CancellationToken cancellationToken)
    {
        RasterLayout layout = source.Layout;
        (int top, int bottom) = Inside(chipY, rows);
        int first = 0, height = 0, elementBytes = layout.DType.ElementBytes();
        if (bottom > top)
            (first, height) = (Math.Min(rows[top], rows[bottom - 1]), Math.Abs(rows[top] - rows[bottom - 1]) + 1);
        int bytes = checked(layout.Width * height * elementBytes);
        Grow(ref strip, bytes);
        if (height > 0)
        {
            RasterRequest request = new(0, new[] { band }, 0, first, layout.Width, height);
            await source.ReadAsync(request, strip.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
            if (layout.HidesPixels)
            {
                Grow(ref valid, bytes / elementBytes);
                await source.ReadValidAsync(request, valid.AsMemory(0, bytes / elementBytes), cancellationToken).ConfigureAwait(false);
            }
        }
        (ChipStatistics Counts, int Pixels)[] measured = new (ChipStatistics, int)[grid.CountX];
        for (int chipX = 0; chipX < measured.Length; chipX++)
        {
            (int left, int right) = Inside(chipX, columns);
            ChipBlock block = right > left && bottom > top && factor is { } whole && (grid.SizePixels % whole, top % whole, bottom % whole,
                left % whole, right % whole) is (0, 0, 0, 0, 0)
                ? new(layout.DType, strip.AsSpan(0, bytes), layout.Width, left / whole, (right - left) / whole, height,
                    grid.SizePixels / whole, Nodata)
                { Valid = layout.HidesPixels ? valid : default }
                : OnFinestGrid(top, bottom, left, right, first);
            measured[chipX] = (BuilderFailedException.Measure(indexer, block, place), block.Size * block.Size);
        }
        return measured;
    }

    /// <inheritdoc/>
    public void Dispose() => strip = valid = finest = finestValid = [];

    // The pixels of a chip along an axis that are in the scene and in the band, in pixels of the finest grid.
    private (int Start, int End) Inside(int chip, int[] ofBand)
    {
        int start = grid.Start(chip, ofBand.Length), end = Math.Min(start + grid.SizePixels, ofBand.Length);
        while (end > start && ofBand[end - 1] < 0)
            end--;
        while (start < end && ofBand[start] < 0)
            start++;
        return (start, end);
    }

    // A pixel of the band counts as the pixels of the finest grid whose centres it has and that are in the chip and the scene.
    private ChipBlock OnFinestGrid(int top, int bottom, int left, int right, int first)
    {
        RasterLayout layout = source.Layout;
        int width = right - left, height = bottom - top, elementBytes = layout.DType.ElementBytes();
        Repeat(strip, ref finest, elementBytes);
        if (layout.HidesPixels)
            Repeat(valid, ref finestValid, 1);
        return new ChipBlock(layout.DType, finest.AsSpan(0, width * height * elementBytes), width, 0, width, height, grid.SizePixels,
            Nodata)
        {
            Valid = layout.HidesPixels ? finestValid : default,
        };

        void Repeat(byte[] pixels, ref byte[] repeated, int size)
        {
            Grow(ref repeated, checked(width * height * size));
            for (int y = 0; y < height; y++)
            {
                int row = (rows[top + y] - first) * layout.Width;
                for (int x = 0; x < width; x++)
                    pixels.AsSpan((row + columns[left + x]) * size, size).CopyTo(repeated.AsSpan(((y * width) + x) * size));
            }
        }
    }

    private static void Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
            buffer = new byte[bytes];
    }
}
