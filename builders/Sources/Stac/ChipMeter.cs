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
    private byte[] strip = [], valid = [], finest = [], finestValid = [];

    private ChipMeter(ChipIndexer indexer, ChipGrid grid, IRasterSource source, int band, int factor, string place) =>
        (this.indexer, this.grid, this.source, this.band, this.factor, this.place) = (indexer, grid, source, band, factor, place);

    /// <summary>The number of pixels without data; null if none is known.</summary>
    private double? Nodata { get; init; }

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
    /// <returns>For each chip the counts, and the number of pixels in which they count: those of the band, or of the finest grid if the
    /// chip or the scene begins or ends within a pixel of the band.</returns>
    internal async ValueTask<(ChipStatistics Counts, int Pixels)[]> MeasureRowAsync(int chipY, CancellationToken cancellationToken)
    {
        RasterLayout layout = source.Layout;
        (int top, int bottom) = Inside(chipY, grid.Rows, layout.Height);
        int elementBytes = layout.DType.ElementBytes(), first = top / factor,
            height = bottom > top ? ((bottom - 1) / factor) + 1 - first : 0, bytes = checked(layout.Width * height * elementBytes);
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
            (int left, int right) = Inside(chipX, grid.Columns, layout.Width);
            ChipBlock block = (top % factor, bottom % factor, left % factor, right % factor) is (0, 0, 0, 0)
                ? new(layout.DType, strip.AsSpan(0, bytes), layout.Width, left / factor, (right - left) / factor, height,
                    grid.SizePixels / factor, Nodata)
                { Valid = layout.HidesPixels ? valid : default }
                : OnFinestGrid(top, bottom, left, right);
            measured[chipX] = (BuilderFailedException.Measure(indexer, block, place), block.Size * block.Size);
        }
        return measured;
    }

    /// <inheritdoc/>
    public void Dispose() => strip = valid = finest = finestValid = [];

    // The pixels of a chip along an axis that are in the scene and in the band, in pixels of the finest grid.
    private (int Start, int End) Inside(int chip, int length, int ownLength)
    {
        int start = grid.Start(chip, length);
        return (start, Math.Max(start, Math.Min(start + grid.SizePixels, Math.Min(length, ownLength * factor))));
    }

    // A pixel of the band that is partly in the chip and the scene counts as the pixels of the finest grid that are.
    private ChipBlock OnFinestGrid(int top, int bottom, int left, int right)
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
                int row = (((top + y) / factor) - (top / factor)) * layout.Width;
                for (int x = 0; x < width; x++)
                    pixels.AsSpan((row + ((left + x) / factor)) * size, size).CopyTo(repeated.AsSpan(((y * width) + x) * size));
            }
        }
    }

    private static void Grow(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
            buffer = new byte[bytes];
    }
}
