using System.Globalization;
using Pile.Drawing;
using Pile.Fits;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws an image: a colour composite of its bands, or one band in gray.</summary>
internal sealed class ImageRowPlot : RowPlot
{
    private const int LongSidePx = 480;
    private const double SkyAboveBlackSigma = 1.5; // noise of the sky is dark gray instead of clipped to coloured specks

    private readonly PlotSettings settings;
    private readonly ImageGroup? group;
    private readonly string? mask, offset, scale;
    private readonly (ColumnSchema Ra, ColumnSchema Dec)? motion;
    private SkyPositions? others;

    internal ImageRowPlot(Manifest manifest, ViewColumns view, ColumnSchema column, PlotSettings settings) : base(manifest, column)
    {
        this.settings = settings;
        group = ImageGroup.Of(view, column);
        if (view.FindExact("pmra") is { IsScalar: true } ra && view.FindExact("pmdec") is { IsScalar: true } dec
            && ra.DType.IsFloat() && dec.DType.IsFloat())
            motion = (ra, dec);
        if (group is null)
            return;
        mask = view.FindExact(group.Prefix + "mask") is { DType: DType.Bool } m && m.Shape.Length == column.Shape.Length
            && m.Name != column.Name
            ? m.Name : null;
        offset = view.FindExact(group.Prefix + "offset") is { Shape: [_, 2] } o ? o.Name : null;
        scale = view.FindExact(group.Prefix + "scale") is { Shape.Length: 1 } s ? s.Name : null;
    }

    internal override bool IsWide => false;

    internal override bool MarksPositions => group?.WcsColumn is not null;

    private protected override IEnumerable<string> Companions =>
        group is null ? [] : [.. group.Companions, .. new[] { mask, offset, scale, motion?.Ra.Name, motion?.Dec.Name }.OfType<string>()];

    private protected override async Task ReadSurroundingsAsync(RowBatch batch, int row, CancellationToken cancellationToken)
    {
        others = null;
        if (settings.Surroundings is { } surroundings && group?.WcsColumn is { } wcs && batch[Schema.Name].ShapeOf(row).ToArray() is
            [.., > 0 and var height, > 0 and var width] && RowNumbers.Texts(batch, wcs, row) is [var cards, ..]
            && ImageOrientation.FieldOf(cards, Manifest.Name, width, height) is var (ra, dec, radius))
            others = await surroundings.WithinAsync(ra, dec, radius, cancellationToken).ConfigureAwait(false);
    }

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        ColumnData image = batch[Schema.Name];
        ReadOnlySpan<int> shape = image.ShapeOf(row);
        (int height, int width, string id) = (shape[^2], shape[^1], RowNumbers.Id(batch, row));
        if (height * width == 0 || shape.Contains(0))
            throw Nothing(id, row, $"an image of shape [{string.Join(", ", shape.ToArray())}]");
        string[] bands = group?.BandsOf(batch, row, image, Manifest.Name) ?? [""];
        int[] shown = Shown(image.Schema, bands, out double[] factors);
        float[][] planes = [.. shown.Select((band, i) => Plane(batch, image, row, band, width * height, factors[i]))];
        if (!planes.Any(plane => plane.Any(float.IsFinite)))
            throw Nothing(id, row, "an image without a finite pixel");
        int finite = planes[0].Count(float.IsFinite);
        string count = finite < planes[0].Length
            ? string.Create(CultureInfo.InvariantCulture, $"{finite:N0} of {planes[0].Length:N0} pixels valid; ") : "";
        int zoom = settings.Interpolates && image is not ColumnData<bool> ? Math.Max(1, 2 * LongSidePx / Math.Max(width, height)) : 1;
        return planes.Length == 1 ? Gray(planes[0]) : Composite(planes);

        float[] Enlarged(float[] plane) => zoom == 1 ? plane : PixelInterpolation.Enlarge(plane, width, zoom);

        SvgFigure Gray(float[] plane)
        {
            GrayStretch stretch = Stretch(plane, image is ColumnData<bool>);
            plane = Enlarged(plane);
            byte[] pixels = new byte[plane.Length];
            stretch.Render(plane, width * zoom, RowOrder.BottomUp, pixels);
            return Panel(pixels, PngPixels.Gray, [bands[shown[0]]],
                $"{count}{settings.Stretch.ToString().ToLowerInvariant()} stretch, {Number(stretch.Black)} to {Number(stretch.White)}",
                    stretch);
        }

        SvgFigure Composite(float[][] redToBlue)
        {
            for (int i = 1; i < redToBlue.Length; i++)
                redToBlue[i] = Shifted(batch, row, redToBlue[i], width, shown[i], shown[0]);
            bool isOfTwo = settings.Rgb is null && bands.Length == 2;
            if (isOfTwo)
                redToBlue[1] = ImagePlane.Mean(redToBlue[0], redToBlue[2]);
            LuptonStretch stretch = LuptonStretch.FromSky(redToBlue[0], redToBlue[1], redToBlue[2]);
            stretch = settings.Limits is { } limits ? new(limits.Black, limits.White, LuptonStretch.UsualQ) : stretch with
            {
                MinimumRed = stretch.MinimumRed - (SkyAboveBlackSigma * SkyLevel.Of(redToBlue[0]).Sigma),
                MinimumGreen = stretch.MinimumGreen - (SkyAboveBlackSigma * SkyLevel.Of(redToBlue[1]).Sigma),
                MinimumBlue = stretch.MinimumBlue - (SkyAboveBlackSigma * SkyLevel.Of(redToBlue[2]).Sigma),
            };
            float[][] enlarged = [.. redToBlue.Select(Enlarged)];
            byte[] pixels = new byte[3 * enlarged[0].Length];
            LuptonRgb.Render(enlarged[0], enlarged[1], enlarged[2], width * zoom, stretch, RowOrder.BottomUp, pixels);
            return Panel(pixels, PngPixels.Rgb, isOfTwo ? [bands[shown[0]], "mean", bands[shown[2]]]
                : [.. shown.Select(band => bands[band])],
                $"{count}Lupton asinh, Q {Number(stretch.Q)}, stretch {Number(stretch.Stretch)}"
                    + (settings.Weights is { } w ? $", weights {Number(w.Red)}, {Number(w.Green)}, {Number(w.Blue)}" : ""), null);
        }

        SvgFigure Panel(byte[] pixels, PngPixels kind, string[] names, string note, GrayStretch? bar)
        {
            string[] cards = group?.WcsColumn is { } wcs ? RowNumbers.Texts(batch, wcs, row) : [];
            ImageOrientation? orientation = shown[0] < cards.Length ? ImageOrientation.Of(cards[shown[0]], Manifest.Name, width, height,
                RowNumbers.Scalar(batch, "ra", row), RowNumbers.Scalar(batch, "dec", row), others) : null;
            (double X, double Y, double Years)? step = orientation?.Target is null ? null : Motion(batch, row, orientation, width, height);
            double? nominal = scale is not null && RowNumbers.Of(batch[scale], row) is var scales && shown[0] < scales.Length
                && scales[shown[0]] > 0 ? scales[shown[0]] : null;
            BandSchema? declared = Schema.Bands.FirstOrDefault(b => b.Name == names[0]);
            int block = zoom;
            byte[] png = zoom == 1 ? PixelBlocks.Encode(pixels, width, height, kind, LongSidePx, out block)
                : PngEncoder.Encode(pixels, width * zoom, height * zoom, kind);
            if (zoom > 1)
                note += "; interpolated between pixels";
            return ImagePanel.Draw(png, new()
            {
                BlockPx = block,
                Rows = RowOrder.BottomUp,
                Title = title,
                LongSidePx = LongSidePx,
                North = orientation?.North,
                East = orientation?.East,
                PixelScaleArcsec = orientation?.ScaleArcsec ?? nominal,
                Target = orientation?.Target,
                Motion = step is { } moved ? (moved.X, moved.Y, Years(moved.Years)) : null,
                Marks = orientation?.Marks ?? [],
                Legend = Legend(orientation, step?.Years),
                Bands = names is [""] ? [] : names,
                Note = note,
                Bar = bar,
                BarUnit = UnitText.Of(declared?.Unit ?? Schema.Unit),
            });
        }
    }

    /// <summary>Returns the bands to draw, three for a composite, with the factors to a common unit.</summary>
    private int[] Shown(ColumnSchema image, string[] bands, out double[] factors)
    {
        factors = [1];
        if (settings.Band is { } band)
            return group is null ? [0] : [ColourBands.IndexOf(image, bands, band)];
        if (bands.Length == 1 && settings.Rgb is null)
            return [0];
        ColourBands colours = new(image, settings.Rgb);
        int[] indices = colours.Indices(bands);
        if (colours.EqualFluxScales(bands) is { } scales)
        {
            factors = settings.Weights is { } weights
                ? [scales[0] * weights.Red, scales[1] * weights.Green, scales[2] * weights.Blue] : scales;
            return indices;
        }
        return settings.Rgb is null ? [indices[1]] : throw colours.Incomparable(bands);
    }

    private float[] Plane(RowBatch batch, ColumnData image, int row, int band, int pixels, double factor)
    {
        float[] plane = ImagePlane.Of(image, row, band, pixels, factor);
        if (mask is not null && batch.Find(mask) is ColumnData<bool> good && !good.IsNullAt(row)
            && good.Row(row) is var flags && flags.Length >= (band + 1) * pixels)
        {
            bool isGoodTrue = good.Schema.MaskPolarity != MaskPolarity.TrueIsBad;
            for (int i = 0; i < pixels; i++)
                if (flags[(band * pixels) + i] != isGoodTrue)
                    plane[i] = float.NaN;
        }
        return plane;
    }

    /// <summary>Shifts a band to the grid of another by the difference of their sub-pixel offsets, with linear interpolation.</summary>
    private float[] Shifted(RowBatch batch, int row, float[] plane, int width, int band, int grid)
    {
        if (offset is null || RowNumbers.Of(batch[offset], row) is not { } offsets || offsets.Length < 2 * (Math.Max(band, grid) + 1))
            return plane;
        (double dx, double dy) = (offsets[2 * band] - offsets[2 * grid], offsets[(2 * band) + 1] - offsets[(2 * grid) + 1]);
        if (!double.IsFinite(dx + dy) || Math.Abs(dx) > 1 || Math.Abs(dy) > 1 || (dx == 0 && dy == 0))
            return plane;
        int height = plane.Length / width;
        float[] moved = new float[plane.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            (double x, double y) = (Math.Clamp((i % width) + dx, 0, width - 1), Math.Clamp((i / width) + dy, 0, height - 1));
            (int left, int low) = ((int)x, (int)y);
            moved[i] = (float)double.Lerp(Between(low), Between(Math.Min(low + 1, height - 1)), y - low);
            double Between(int line) => x == left ? plane[(line * width) + left]
                : double.Lerp(plane[(line * width) + left], plane[(line * width) + left + 1], x - left);
        }
        return moved;
    }

    private (double X, double Y, double Years)? Motion(RowBatch batch, int row, ImageOrientation orientation, int width, int height) =>
        motion is var (ra, dec) && MasPerYr(ra, batch, row) is { } east && MasPerYr(dec, batch, row) is { } north
            ? orientation.MotionOf(east, north, width, height) : null;

    private static double? MasPerYr(ColumnSchema column, RowBatch batch, int row) => RowNumbers.Scalar(batch, column.Name, row) is { } value
        && column.Unit is { Length: > 0 } unit && FitsUnits.TryConvert(unit, "mas/yr", out double factor) ? value * factor : null;

    private string Legend(ImageOrientation? orientation, double? years) => string.Join("; ", new[]
    {
        others is null ? "" : orientation is null ? $"no WCS for the positions of {others.Name}"
            : string.Create(CultureInfo.InvariantCulture, $"○ {orientation.Marks.Count:N0} rows of {others.Name}"),
        years is { } time ? $"→ proper motion in {Years(time)}" : "",
    }.Where(text => text.Length > 0));

    private static string Years(double years) => string.Create(CultureInfo.InvariantCulture, $"{years:N0} yr");

    private GrayStretch Stretch(float[] plane, bool isMask) => isMask ? new(StretchCurve.Linear, 0, 1)
        : settings.Limits is { } limits ? new(settings.Stretch, limits.Black, limits.White) : GrayStretch.FromSky(plane, settings.Stretch);

    private static string Number(double value)
    {
        string digits = value.ToString("G4", CultureInfo.InvariantCulture);
        return (digits.Contains('E', StringComparison.Ordinal) && Math.Abs(value) is >= 1e-4 and < 1e7
            ? decimal.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : digits)
            .Replace('-', '−');
    }
}
