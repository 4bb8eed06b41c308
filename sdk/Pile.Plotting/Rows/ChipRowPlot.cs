using System.Globalization;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws a chip of a scene, one picture for each time: true colour, or one band in gray. Invalid pixels are even gray.</summary>
internal sealed class ChipRowPlot : RowPlot
{
    private const string Prefix = "chip_", Suffix = "_array", Transform = "transform", Crs = "crs", Gsd = "gsd", Size = "chip_size";
    private const double Tail = 0.01;
    private const int LargestTimeCount = 12;
    private static readonly string[][] TrueColour = [["red", "green", "blue"], ["B04", "B03", "B02"], ["R", "G", "B"], ["1", "2", "3"]];

    private readonly PlotSettings settings;
    private readonly ViewColumns view;
    private readonly ColumnSchema[] columns;
    private ChipPlace? place;

    /// <summary>Draws a column, or in rows without a value of it, the first other one that has a value.</summary>
    /// <param name="manifest">The dataset's manifest.</param>
    /// <param name="view">The columns.</param>
    /// <param name="column">The column.</param>
    /// <param name="settings">How rows are drawn.</param>
    /// <param name="others">The others: a merged dataset has a column for each product.</param>
    internal ChipRowPlot(Manifest manifest, ViewColumns view, ColumnSchema column, PlotSettings settings,
        params IEnumerable<ColumnSchema> others) : base(manifest, column) =>
        (this.view, this.settings, columns) = (view, settings, [column, .. others]);

    internal override bool IsWide => false;

    internal static bool Suits(ViewColumns view, ColumnSchema column) => column.Shape.Length == 4
        && column.Name.StartsWith(Prefix, StringComparison.Ordinal) && column.Name.EndsWith(Suffix, StringComparison.Ordinal)
        && view.FindExact(Beside(column, "band")) is { DType: DType.String };

    /// <summary>Returns the plot of a column for all rows: those of other products have no value of it after a merge.</summary>
    internal static ChipRowPlot OfAnyProduct(Manifest manifest, ViewColumns view, ColumnSchema column, PlotSettings settings) =>
        new(manifest, view, column, settings, column.Nullable ? view.Names.Select(name => view.FindExact(name)!)
            .Where(other => other != column && other.Nullable && Suits(view, other)) : []);

    private protected override IEnumerable<string> Companions =>
        ((string[])[.. columns.SelectMany(c => (string[])[c.Name, Beside(c, "band"), Beside(c, "valid"), Beside(c, "nodata"),
            Beside(c, "time")]), Transform, Crs, Gsd, Size, "mjd", .. settings.Surroundings is null ? []
            : (string[])[ChipPlace.FootprintColumn, ChipPlace.SceneColumn]]).Where(name => view.FindExact(name) is not null);

    private protected override bool HasValue(RowBatch batch, int row) => columns.Any(c => !batch[c.Name].IsNullAt(row));

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        ColumnData chip = batch[columns.First(c => !batch[c.Name].IsNullAt(row)).Name];
        int[] shape = chip.ShapeOf(row).ToArray();
        string id = RowNumbers.Id(batch, row);
        if (shape.Contains(0))
            throw Nothing(id, row, $"a chip of shape [{string.Join(", ", shape)}]");
        (int times, int bandCount, int height, int width) = (shape[0], shape[1], shape[2], shape[3]);
        string[] bands = RowNumbers.Texts(batch, Beside(chip.Schema, "band"), row);
        if (bands.Length != bandCount)
            throw new DatasetInvalidException(Manifest.Name,
                $"column '{chip.Schema.Name}' has {bandCount} bands in a row, but '{Beside(chip.Schema, "band")}' has "
                    + $"{bands.Length}",
                "Run 'pile validate' for all findings");
        int[] shown = Shown(chip.Schema, bands);
        int drawnTimes = Math.Min(times, LargestTimeCount), pixels = width * height;
        float[][][] planes = [.. Enumerable.Range(0, drawnTimes).Select(t => shown
            .Select(b => Plane(batch, chip, row, t, b, bandCount, pixels)).ToArray())];
        (double Black, double White)[] limits = [.. shown.Select((_, i) => settings.Limits
            ?? Limits([.. planes.SelectMany(bandPlanes => bandPlanes[i])]))];
        if (limits.Any(l => double.IsNaN(l.Black)))
            throw Nothing(id, row, "a chip without a valid pixel");
        double[] mjds = batch.Find(Beside(chip.Schema, "time")) is { } time ? RowNumbers.Of(time, row)
            : RowNumbers.Scalar(batch, "mjd", row) is { } mjd ? [mjd] : [];
        double factor = RowNumbers.Scalar(batch, Size, row) is { } size && size > 0 ? size / width : 1; // of coarser pixels
        ChipOrientation? orientation = ChipOrientation.Of(TransformOf(batch, row, factor),
            batch.Find(Crs) is TextColumnData crs && !crs.IsNullAt(row) ? crs.Text(row) : null, width, height);
        double? scaleM = orientation?.ScaleM ?? RowNumbers.Scalar(batch, Gsd, row) * factor;
        List<SvgFigure> panels = [.. Enumerable.Range(0, drawnTimes).Select(t => Panel(chip.Schema, scaleM, orientation, planes[t],
            limits, width, height, [.. shown.Select(b => bands[b])],
            times > 1 ? DateOf(mjds, t) : t < mjds.Length ? $"{title}, {DateOf(mjds, t)}" : title, times > 1 ? 300 : 480))];
        if (place is not null)
            panels.Add(ChipMap.Draw(place, panels[0].HeightPx));
        return panels is [var only] ? only : SvgFigure.Grid(panels, 3, times > 1 ? title : "",
            times > drawnTimes ? $"the first {drawnTimes} of {times} times" : "");
    }

    private protected override async Task ReadSurroundingsAsync(RowBatch batch, int row, CancellationToken cancellationToken) =>
        place = settings.Surroundings is null ? null
            : await settings.Surroundings.PlaceAsync(batch, row, cancellationToken).ConfigureAwait(false);

    private static string Beside(ColumnSchema array, string name) => $"{array.Name[..^Suffix.Length]}_{name}";

    // The column has the finest pixels of the row.
    private static double[] TransformOf(RowBatch batch, int row, double factor) =>
        batch.Find(Transform) is { } transform && RowNumbers.Of(transform, row) is [var a, var b, var c, var d, var e, var f]
            ? [a * factor, b * factor, c, d * factor, e * factor, f] : [];

    private static SvgFigure Panel(ColumnSchema schema, double? scaleM, ChipOrientation? orientation, float[][] planes,
        (double Black, double White)[] limits, int width, int height, string[] names, string title, int sizePx)
    {
        byte[][] gray = [.. planes.Select((plane, i) =>
        {
            byte[] counts = new byte[plane.Length];
            new GrayStretch(StretchCurve.Linear, limits[i].Black, limits[i].White).Render(plane, width, RowOrder.TopDown, counts);
            return counts;
        })];
        byte[] pixels = gray is [var only] ? only : [.. Enumerable.Range(0, gray[0].Length).SelectMany(i => gray.Select(g => g[i]))];
        double valid = planes[0].Count(float.IsFinite) / (double)planes[0].Length;
        return ImagePanel.Draw(PixelBlocks.Encode(pixels, width, height, gray.Length == 1 ? PngPixels.Gray : PngPixels.Rgb, sizePx,
            out int block), new()
            {
                BlockPx = block,
                Rows = RowOrder.TopDown,
                Title = title,
                LongSidePx = sizePx,
                PixelScaleArcsec = scaleM,
                ScaleUnit = "m",
                North = orientation?.North,
                East = orientation?.East,
                Bands = names,
                Note = string.Create(CultureInfo.InvariantCulture, $"{100 * valid:0.#}% valid; linear, ")
                + string.Join("; ", limits.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Black:G5} to {l.White:G5}"))),
                Bar = gray.Length == 1 ? new GrayStretch(StretchCurve.Linear, limits[0].Black, limits[0].White) : null,
                BarUnit = UnitText.Of(schema.Unit),
            });
    }

    private int[] Shown(ColumnSchema chip, string[] bands)
    {
        if (settings.Band is { } band)
            return [ColourBands.IndexOf(chip, bands, band)];
        if (settings.Rgb is not null)
            return new ColourBands(chip, settings.Rgb).Indices(bands);
        foreach (string[] names in TrueColour)
            if (names.Select(n => Array.FindIndex(bands, b => b.Equals(n, StringComparison.OrdinalIgnoreCase))).ToArray() is var indices
                && !indices.Contains(-1))
                return indices;
        return [0];
    }

    private static float[] Plane(RowBatch batch, ColumnData chip, int row, int time, int band, int bandCount, int pixels)
    {
        float[] plane = ImagePlane.Of(chip, row, (time * bandCount) + band, pixels, 1);
        double[] nodata = batch.Find(Beside(chip.Schema, "nodata")) is { } numbers ? RowNumbers.Of(numbers, row) : [];
        NodataRange missing = band < nodata.Length ? NodataRange.Of(chip.Schema.DType, nodata[band]).AsSingle : NodataRange.None;
        ReadOnlySpan<bool> valid = batch.Find(Beside(chip.Schema, "valid")) is ColumnData<bool> flags && !flags.IsNullAt(row)
            && flags.Row(row).Length >= (time + 1) * pixels ? flags.Row(row).Slice(time * pixels, pixels) : [];
        for (int i = 0; i < pixels; i++)
            if ((!valid.IsEmpty && !valid[i]) || missing.Contains(plane[i]))
                plane[i] = float.NaN;
        return plane;
    }

    private static (double Black, double White) Limits(float[] values)
    {
        float[] sorted = [.. values.Where(float.IsFinite).Order()];
        if (sorted.Length == 0)
            return (double.NaN, double.NaN);
        (double black, double white) = (sorted[(int)(Tail * (sorted.Length - 1))], sorted[(int)((1 - Tail) * (sorted.Length - 1))]);
        return white > black ? (black, white) : (black, black + 1);
    }

    private static string DateOf(double[] mjds, int time) => time >= mjds.Length || !double.IsFinite(mjds[time]) ? $"time {time}"
        : new DateTime(1858, 11, 17, 0, 0, 0, DateTimeKind.Utc).AddDays(Math.Clamp(mjds[time], -600_000, 2_900_000))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
