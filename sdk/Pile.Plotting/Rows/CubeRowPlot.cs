using System.Globalization;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws a cube: the mean of all channels, maps of parts of them, and the spectrum of one spaxel.</summary>
internal sealed class CubeRowPlot : RowPlot
{
    private const int MapCount = 6, WhitePx = 390, MapPx = 180;
    private const string Main = "cube_flux", Lambda = "cube_lambda", Ivar = "cube_ivar", Mask = "cube_mask", WcsColumn = "cube_wcs",
        Size = "spaxel_size";

    private readonly PlotSettings settings;
    private readonly ViewColumns view;

    internal CubeRowPlot(Manifest manifest, ViewColumns view, ColumnSchema column, PlotSettings settings) : base(manifest, column) =>
        (this.view, this.settings) = (view, settings);

    internal static bool Suits(ViewColumns view, ColumnSchema column) => column is { Name: Main, Shape.Length: 3 }
        && view.FindExact(Lambda) is { Shape.Length: 1 };

    private protected override IEnumerable<string> Companions =>
        ((string[])[Lambda, Ivar, Mask, WcsColumn, Size, "z"]).Where(name => view.FindExact(name) is not null);

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        ReadOnlySpan<int> shape = batch[Main].ShapeOf(row);
        (int channels, int height, int width, string id) = (shape[0], shape[1], shape[2], RowNumbers.Id(batch, row));
        int plane = height * width;
        if (channels == 0 || plane == 0)
            throw Nothing(id, row, $"a cube of shape [{string.Join(", ", shape.ToArray())}]");
        double[] wavelengths = RowNumbers.Of(batch[Lambda], row);
        if (wavelengths.Length != channels)
            throw new DatasetInvalidException(Manifest.Name, $"column '{Main}' has {channels} channels in a row, but '{Lambda}' has "
                + $"{wavelengths.Length}", "Run 'pile validate' for all findings");
        ColumnData flux = batch[Main];
        bool[] isMasked = batch.Find(Mask) is { } mask && !mask.IsNullAt(row)
            ? Array.ConvertAll(RowNumbers.Of(mask, row), value => value != 0) : [];
        float[] values = ImagePlane.Of(flux, row, 0, channels * plane, 1);
        for (int i = 0; i < isMasked.Length && i < values.Length; i++)
            if (isMasked[i])
                values[i] = float.NaN;
        float[] white = Mean(values, 0, channels, plane);
        if (!white.Any(float.IsFinite))
            throw Nothing(id, row, "a cube without a valid value");
        int spaxel = settings.Spaxel is { } chosen ? Chosen(chosen, width, height) : Brightest(white);
        (int x, int y) = (spaxel % width, spaxel / width);
        ImageOrientation? orientation = RowNumbers.Texts(batch, WcsColumn, row) is [var cards]
            ? ImageOrientation.Of(cards, Manifest.Name, width, height, null, null) : null;
        double? scale = RowNumbers.Scalar(batch, Size, row) ?? orientation?.ScaleArcsec;

        SvgFigure whiteFigure = Map(white, "White light", WhitePx, isMain: true);
        List<SvgFigure> maps = [];
        int count = Math.Min(MapCount, channels);
        for (int i = 0; i < count; i++)
        {
            int from = (int)((long)channels * i / count), end = (int)((long)channels * (i + 1) / count);
            float[] map = Mean(values, from, end, plane);
            maps.Add(Map(map, string.Create(CultureInfo.InvariantCulture, $"{wavelengths[from]:0.#} to {wavelengths[end - 1]:0.#} Å"),
                MapPx,
                isMain: false));
        }
        SvgFigure top = SvgFigure.Grid([whiteFigure, SvgFigure.Grid(maps, 3)], 2);
        SvgFigure figure = SvgFigure.Grid([top, Spectrum(batch, row, values, wavelengths, spaxel, plane, isMasked,
            $"Spaxel x {x}, y {y}")], 1,
            string.Create(CultureInfo.InvariantCulture, $"{title}, {width} × {height} spaxels, {channels:N0} channels"));
        return figure;

        SvgFigure Map(float[] pixels, string name, int sizePx, bool isMain)
        {
            GrayStretch stretch = settings.Limits is { } limits ? new(settings.Stretch, limits.Black, limits.White)
                : GrayStretch.FromSky(pixels, settings.Stretch);
            byte[] gray = new byte[plane];
            stretch.Render(pixels, width, RowOrder.BottomUp, gray);
            return ImagePanel.Draw(PixelBlocks.Encode(gray, width, height, PngPixels.Gray, sizePx, out int block), new()
            {
                BlockPx = block,
                Rows = RowOrder.BottomUp,
                Title = name,
                LongSidePx = sizePx,
                North = isMain ? orientation?.North : null,
                East = isMain ? orientation?.East : null,
                PixelScaleArcsec = isMain ? scale : null,
                Target = isMain ? (x, y) : null,
                Note = isMain ? $"mean of the channels, {settings.Stretch.ToString().ToLowerInvariant()} stretch" : "",
                Bar = isMain ? stretch : null,
                BarUnit = UnitText.Of(Schema.Unit),
            });
        }
    }

    private SvgFigure Spectrum(RowBatch batch, int row, float[] values, double[] wavelengths, int spaxel, int plane, bool[] isMasked,
        string title)
    {
        double[] ivar = batch.Find(Ivar) is { } noise && !noise.IsNullAt(row) ? RowNumbers.Of(noise, row) : [];
        int[] channels = [.. Enumerable.Range(0, wavelengths.Length)];
        ColumnSchema lambda = ColumnMeaning.In(Manifest, view.FindExact(Lambda)!);
        return SpectrumPlot.Draw(new()
        {
            WavelengthAngstrom = wavelengths,
            Flux = Array.ConvertAll(channels, i => values[(i * plane) + spaxel]),
            Ivar = ivar.Length == values.Length ? Array.ConvertAll(channels, i => (float)ivar[(i * plane) + spaxel]) : default,
            Mask = isMasked.Length == values.Length ? Array.ConvertAll(channels, i => isMasked[(i * plane) + spaxel]) : default,
            FluxUnit = UnitText.Of(Schema.Unit),
            Medium = lambda.SpectralMedium == "air" ? WavelengthMedium.Air : WavelengthMedium.Vacuum,
            IsMediumDeclared = lambda.SpectralMedium is not null,
            Z = RowNumbers.Scalar(batch, "z", row),
        }, new() { Title = title, ShowsMasked = true, ShowsRestFrame = true, SmoothPixels = settings.SmoothPixels, WidthPx = 1080 });
    }

    private static int Brightest(float[] white)
    {
        int best = Array.FindIndex(white, float.IsFinite);
        for (int i = best; i < white.Length; i++)
            if (white[i] > white[best])
                best = i;
        return best;
    }

    private static int Chosen((int X, int Y) spaxel, int width, int height) =>
        spaxel.X >= 0 && spaxel.X < width && spaxel.Y >= 0 && spaxel.Y < height ? (spaxel.Y * width) + spaxel.X
            : throw new ArgumentException($"There is no spaxel ({spaxel.X}, {spaxel.Y}): x is from 0 to {width - 1}, y from 0 to "
                + $"{height - 1}.");

    /// <summary>Returns the mean of the valid values of some channels; NaN without a valid value.</summary>
    private static float[] Mean(float[] values, int from, int end, int plane)
    {
        double[] sum = new double[plane];
        int[] count = new int[plane];
        for (int channel = from; channel < end; channel++)
            for (int i = 0; i < plane; i++)
                if (values[(channel * plane) + i] is var value && float.IsFinite(value))
                    (sum[i], count[i]) = (sum[i] + value, count[i] + 1);
        return [.. sum.Select((total, i) => count[i] > 0 ? (float)(total / count[i]) : float.NaN)];
    }
}
