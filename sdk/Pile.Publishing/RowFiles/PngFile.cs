using Pile.Drawing;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>An image as a PNG of the same size, one pixel per pixel, with the rows flipped so that y points up.</summary>
internal sealed class PngFile : RowFile
{
    private readonly string dataset;
    private readonly ImageGroup? group;
    private readonly StretchCurve curve;
    private readonly (string Red, string Green, string Blue)? rgb;

    private PngFile(string dataset, ColumnSchema schema, ImageGroup? group, RowFileOptions options) : base(schema) =>
        (this.dataset, this.group, curve, rgb) = (dataset, group, options.Stretch, options.Rgb);

    /// <exception cref="ArgumentException">The column is not an image, or lacks a requested band.</exception>
    internal static PngFile Of(Manifest manifest, ViewColumns view, ColumnSchema schema, RowFileOptions options)
    {
        ImageGroup? bands = ImageGroup.Of(view, schema);
        if (!ImageGroup.IsImage(schema) || (schema.Shape.Length == 3 && bands is null))
            throw new ArgumentException($"Column '{schema.Name}' ({schema.DType.Name()}, shape [{string.Join(", ", schema.Shape)}]) is not "
                + "an image: use format npy, fits or json.", nameof(schema));
        if (options.Rgb is not null && bands is null)
            throw new ArgumentException($"Column '{schema.Name}' has no bands, so it is drawn in gray: RowFileOptions.Rgb must be null.",
                nameof(options));
        PngFile file = new(manifest.Name, schema, bands, options);
        if (!schema.Bands.IsEmpty && options.Rgb is not null)
            _ = new ColourBands(schema, options.Rgb).Indices([.. schema.Bands.Select(b => b.Name)]);
        return file;
    }

    internal override string Ending => "png";

    internal override IEnumerable<string> Companions => group is null ? [] : [group.BandColumn];

    internal override void Check(RowBatch batch, int row)
    {
        ColumnData image = batch[Schema.Name];
        ReadOnlySpan<int> shape = image.ShapeOf(row);
        if (shape.Contains(0))
            throw new ValueInvalidException(dataset, row, Schema.Name, $"shape [{string.Join(", ", shape.ToArray())}]",
                "an image with pixels", "Exclude this row, or use format npy");
        if (group is not null)
            _ = ScalesOf(image.Schema, group.BandsOf(batch, row, image, dataset));
    }

    internal override void Write(string path, RowBatch batch, int row)
    {
        ColumnData image = batch[Schema.Name];
        ReadOnlySpan<int> shape = image.ShapeOf(row);
        (int height, int width) = (shape[^2], shape[^1]);
        string[] bands = group?.BandsOf(batch, row, image, dataset) ?? [""];
        byte[] png = bands.Length > 1 || rgb is not null
            ? PngEncoder.Encode(Composite(image, row, bands, width, height), width, height, PngPixels.Rgb)
            : PngEncoder.Encode(Gray(image, row, width, height), width, height, PngPixels.Gray);
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(png);
    }

    private byte[] Gray(ColumnData image, int row, int width, int height)
    {
        float[] plane = ImagePlane.Of(image, row, 0, width * height, 1);
        GrayStretch stretch = image is ColumnData<bool> ? new(StretchCurve.Linear, 0, 1) : GrayStretch.FromSky(plane, curve);
        byte[] gray = new byte[plane.Length];
        stretch.Render(plane, width, RowOrder.BottomUp, gray);
        return gray;
    }

    private byte[] Composite(ColumnData image, int row, string[] bands, int width, int height)
    {
        double[] scales = ScalesOf(image.Schema, bands);
        float[][] planes = [.. new ColourBands(image.Schema, rgb).Indices(bands)
            .Select((band, channel) => ImagePlane.Of(image, row, band, width * height, scales[channel]))];
        if (rgb is null && bands.Length == 2)
            planes[1] = ImagePlane.Mean(planes[0], planes[2]);
        byte[] pixels = new byte[3 * width * height];
        if (curve == StretchCurve.Asinh && image is not ColumnData<bool>)
            LuptonRgb.Render(planes[0], planes[1], planes[2], width, LuptonStretch.FromSky(planes[0], planes[1], planes[2]),
                RowOrder.BottomUp, pixels);
        else
            RenderSeparately(planes, width, image is ColumnData<bool>, pixels);
        return pixels;
    }

    // Linear and log have no Lupton form: each band is drawn with its own curve
    // over the same range of flux, so that equal flux has equal brightness.
    private void RenderSeparately(float[][] planes, int width, bool isMask, byte[] pixels)
    {
        GrayStretch[] stretches = [.. planes.Select(p => isMask ? new GrayStretch(StretchCurve.Linear, 0, 1)
            : GrayStretch.FromSky(p, curve))];
        double range = stretches.Max(s => s.White - s.Black);
        byte[] gray = new byte[planes[0].Length];
        for (int channel = 0; channel < planes.Length; channel++)
        {
            (stretches[channel] with { White = stretches[channel].Black + range }).Render(planes[channel], width, RowOrder.BottomUp, gray);
            for (int i = 0; i < gray.Length; i++)
                pixels[(3 * i) + channel] = gray[i];
        }
    }

    private double[] ScalesOf(ColumnSchema column, string[] bands) =>
        new ColourBands(column, rgb) is var colours && colours.EqualFluxScales(bands) is { } scales ? scales
            : throw colours.Incomparable(bands);
}
