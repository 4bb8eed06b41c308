using System.Globalization;
using Pile.Drawing;
using Pile.Format;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>Draws the cut-outs of one object.</summary>
internal sealed class CutoutPanel
{
    private readonly float[][] planes;
    private readonly string[] bands;
    private readonly double[] toEqualFlux;
    private readonly RowReader rows;
    private readonly int row, width;

    internal CutoutPanel(Dataset dataset, RowReader rows, int row)
    {
        (this.rows, this.row) = (rows, row);
        RowValues<float> flux = rows.Read<float>(row, "image_array")!.Value;
        ReadOnlySpan<bool> isGood = rows.Read<bool>(row, "image_mask")!.Value.Values.Span;
        width = flux.Shape[2];
        int pixels = flux.Shape[1] * width;
        bands = [.. Enumerable.Range(0, flux.Shape[0]).Select(b => rows.TextColumn("image_band").Text(row, b)!)];
        planes = [.. bands.Select((_, b) => flux.Values.Slice(b * pixels, pixels).ToArray())];
        for (int i = 0; i < isGood.Length; i++)
            if (!isGood[i])
                planes[i / pixels][i % pixels] = float.NaN; // outside of the frame

        // A colour stretch requires one unit of flux for all bands; zero points, if known, convert counts to it.
        BandSchema[] declared = [.. bands.Select(name => dataset.Manifest.Column("image_array")!.Bands.Single(b => b.Name == name))];
        toEqualFlux = [.. declared.Select(b => Math.Pow(10, -0.4 * ((b.ZeroPointMag ?? 0) - (declared[0].ZeroPointMag ?? 0))))];
    }

    /// <summary>Draws a colour composite of bands, the reddest first, each multiplied by a weight. With two bands, green is their
    /// mean.</summary>
    internal SvgFigure Composite(string title, int sizePx, params (string Band, double Weight)[] redToBlue)
    {
        float[][] flux = [.. redToBlue.Select(b => Flux(b.Band, b.Weight, redToBlue[0].Band))];
        (float[] red, float[] blue) = (flux[0], flux[^1]);
        float[] green = flux.Length == 3 ? flux[1] : [.. red.Zip(blue, (r, b) => (r + b) / 2)];
        LuptonStretch stretch = LuptonStretch.FromSky(red, green, blue);
        byte[] pixels = new byte[3 * red.Length];
        LuptonRgb.Render(red, green, blue, width, stretch with { Stretch = stretch.Stretch / 2 }, RowOrder.BottomUp, pixels);
        return Frame(PngEncoder.Encode(pixels, width, red.Length / width, PngPixels.Rgb), title, sizePx, redToBlue[0].Band,
            [redToBlue[0].Band, flux.Length == 3 ? redToBlue[1].Band : "mean", redToBlue[^1].Band]);
    }

    /// <summary>Draws one band in gray.</summary>
    internal SvgFigure Gray(string title, int sizePx, string band)
    {
        float[] plane = planes[Array.IndexOf(bands, band)];
        byte[] pixels = new byte[plane.Length];
        GrayStretch.FromSky(plane).Render(plane, width, RowOrder.BottomUp, pixels);
        return Frame(PngEncoder.Encode(pixels, width, plane.Length / width, PngPixels.Gray), title, sizePx, band, [band]);
    }

    /// <summary>Returns the value of a light column in one band.</summary>
    internal float Of(string column, string band) => rows.Read<float>(row, column)!.Value.Values.Span[Array.IndexOf(bands, band)];

    /// <summary>Returns a band in the flux unit of the first band, shifted to the grid of another band by the difference of
    /// <c>image_offset</c>, with linear interpolation.</summary>
    private float[] Flux(string band, double weight, string grid)
    {
        int b = Array.IndexOf(bands, band), g = Array.IndexOf(bands, grid), height = planes[b].Length / width;
        ReadOnlySpan<float> offset = rows.Read<float>(row, "image_offset")!.Value.Values.Span;
        (double dx, double dy) = (offset[2 * b] - offset[2 * g], offset[(2 * b) + 1] - offset[(2 * g) + 1]);
        float[] moved = new float[planes[b].Length];
        for (int i = 0; i < moved.Length; i++)
        {
            (double x, double y) = (Math.Clamp((i % width) + dx, 0, width - 1), Math.Clamp((i / width) + dy, 0, height - 1));
            (int left, int low) = ((int)x, (int)y);
            moved[i] = (float)(weight * toEqualFlux[b] * double.Lerp(Between(low), Between(Math.Min(low + 1, height - 1)), y - low));
            double Between(int line) => x == left ? planes[b][(line * width) + left]
                : double.Lerp(planes[b][(line * width) + left], planes[b][(line * width) + left + 1], x - left);
        }
        return moved;
    }

    private SvgFigure Frame(byte[] png, string title, int sizePx, string band, string[] shown)
    {
        (PixelDirection north, PixelDirection east) = Directions(rows.TextColumn("image_wcs").Text(row, Array.IndexOf(bands, band))!);
        return ImagePanel.Draw(png, new ImagePanelOptions
        {
            Rows = RowOrder.BottomUp,
            Title = title,
            LongSidePx = sizePx,
            North = north,
            East = east,
            PixelScaleArcsec = Of("image_scale", band),
            Bands = shown,
        });
    }

    /// <summary>Returns north and east in pixels from the inverse of the linear part of the WCS. Distortions are smaller than the width of
    /// an arrow.</summary>
    private static (PixelDirection North, PixelDirection East) Directions(string cards)
    {
        Dictionary<string, double> numbers =
            cards.Chunk(80).Select(c => new string(c)).Where(c => c[..5] is "CDELT" || c[..2] is "CD" or "PC")
            .ToDictionary(c => c[..8].TrimEnd(), c => double.Parse(c[10..].Split('/')[0], CultureInfo.InvariantCulture));
        (double cd11, double cd12, double cd21, double cd22) = (Of(1, 1), Of(1, 2), Of(2, 1), Of(2, 2));
        double determinant = (cd11 * cd22) - (cd12 * cd21);
        return (new(-cd12 / determinant, cd11 / determinant), new(cd22 / determinant, -cd21 / determinant));

        // Either CD, or PC times CDELT (FITS 4.0, section 8.1).
        double Of(int i, int j) => numbers.Keys.Any(k => k.StartsWith("CD", StringComparison.Ordinal) && k.Contains('_'))
            ? numbers.GetValueOrDefault($"CD{i}_{j}")
            : numbers.GetValueOrDefault($"PC{i}_{j}", i == j ? 1 : 0) * numbers.GetValueOrDefault($"CDELT{i}", 1);
    }
}
