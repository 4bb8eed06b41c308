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
    private readonly int band, factor;
    private readonly string place;
    private byte[] strip = [], valid = [];

    private ChipMeter(ChipIndexer indexer, ChipGrid grid, IRasterSource source, int band, int factor, string place) =>
        (this.indexer, this.grid, this.source, this.band, this.factor, this.place) = (indexer, grid, source, band, factor, place);

    /// <summary>The number of pixels without data; null if none is known.</summary>
    private double? Nodata { get; init; }

    /// <summary>The number of pixels of a chip in the band that is measured.</summary>
    internal int PixelsOfChip => grid.SizePixels / factor * (grid.SizePixels / factor);

    /// <summary>True if the indexer counts cloudy pixels.</summary>
    internal bool MeasuresClouds => indexer.MeasuresClouds;

    /// <summary>Opens the band of a scene that an indexer reads.</summary>
    /// <exception cref="SceneInvalidException">The scene has no such band, or its pixels do not nest with those of the chips.</exception>
    internal static async Task<ChipMeter> OpenAsync(ChipIndexer indexer, Scene scene, ChipGrid grid, ChipBand finest, SceneRecipe scenes,
        RasterPlaces places, int? slice, CancellationToken cancellationToken)
    {
        if (ChipIndexers.Find(indexer, scene) is not (var asset, var number))
            throw new SceneInvalidException(SceneProblem.NoAssets, scene.Source, scene.Index, scene.Id, "assets",
                $"there is no {string.Join(" or ", indexer.Bands)}, which 'stats' reads; the assets are "
                    + string.Join(", ", scene.Assets.Select(a => a.Key)), "Name another band or indexer in 'stats', or leave it out");
        RasterFile file = await places.OpenAsync(scenes.AddressOf(scene, asset), asset.Layer, cancellationToken).ConfigureAwait(false);
        RasterLayout layout = file.Source.Layout;
        if (AssetLayers.IsHdf(asset) && SceneSlices.TimesOf(scene, asset, layout).Length is > 0 and var slices)
            number = slice is { } chosen && chosen < slices ? chosen : throw new SceneInvalidException(SceneProblem.InvalidValue,
                scene.Source, scene.Index, scene.Id, $"assets.{asset.Key}",
                $"it has {slices} time slices, which the bands of chips do not have", "Choose another indexer, or leave 'stats' out");
        SceneBand stated = ChipBands.BandAt(asset, number);
        BandAgreement agreement = new(scene, asset.Key);
        agreement.RequireDType(stated, layout.DType);
        double ratio = layout.Transform is { } own ? own.A / grid.Transform.A : double.NaN;
        int whole = (int)Math.Round(ratio);
        if (!(Math.Abs(ratio - whole) < 1e-6) || whole < 1 || grid.SizePixels % whole != 0
            || Math.Abs(layout.Transform!.Value.C - grid.Transform.C) > Math.Abs(grid.Transform.A) * 1e-3
            || Math.Abs(layout.Transform.Value.F - grid.Transform.F) > Math.Abs(grid.Transform.E) * 1e-3
            || number >= layout.Bands.Count)
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, $"assets.{asset.Key}",
                $"its pixels do not nest with chips of {grid.SizePixels} pixels of '{finest.Name}'",
                "Choose another size, or leave 'stats' out");
        if (Math.Abs(((long)layout.Height * whole) - grid.Rows) >= whole || Math.Abs(((long)layout.Width * whole) - grid.Columns) >= whole)
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, $"assets.{asset.Key}",
                $"its file has {layout.Height} rows and {layout.Width} columns, which do not cover the {grid.Rows} × {grid.Columns} pixels "
                    + $"of '{finest.Name}'", "Correct the document, or leave 'stats' out");
        return new ChipMeter(indexer, grid, file.Source, number, whole, $"{scene}")
        {
            Nodata = agreement.RequireNodata(stated, layout, number),
        };
    }

    /// <summary>Measures the chips of a row.</summary>
    internal async ValueTask<ChipStatistics[]> MeasureRowAsync(int chipY, CancellationToken cancellationToken)
    {
        RasterLayout layout = source.Layout;
        int size = grid.SizePixels / factor, elementBytes = layout.DType.ElementBytes(),
            top = Math.Min(grid.Start(chipY, grid.Rows) / factor, layout.Height), height = Math.Min(size, layout.Height - top);
        int bytes = checked(layout.Width * Math.Max(height, 0) * elementBytes);
        if (strip.Length < bytes)
            strip = new byte[bytes];
        if (height > 0)
        {
            RasterRequest request = new(0, new[] { band }, 0, top, layout.Width, height);
            await source.ReadAsync(request, strip.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
            if (layout.HidesPixels)
            {
                if (valid.Length < bytes / elementBytes)
                    valid = new byte[bytes / elementBytes];
                await source.ReadValidAsync(request, valid.AsMemory(0, bytes / elementBytes), cancellationToken).ConfigureAwait(false);
            }
        }
        ChipStatistics[] measured = new ChipStatistics[grid.CountX];
        for (int chipX = 0; chipX < measured.Length; chipX++)
        {
            int left = Math.Min(grid.Start(chipX, grid.Columns) / factor, layout.Width);
            ChipBlock block = new(layout.DType, strip.AsSpan(0, bytes), layout.Width, left, Math.Min(size, layout.Width - left),
                Math.Max(height, 0), size, Nodata)
            {
                Valid = layout.HidesPixels ? valid : default,
            };
            measured[chipX] = BuilderFailedException.Measure(indexer, block, place);
        }
        return measured;
    }

    /// <inheritdoc/>
    public void Dispose() => strip = valid = [];
}
