using Pile.Drawing;
using Pile.Reading;

namespace Pile.Examples.DemoPage;

/// <summary>The section of the page about a scene of the earth.</summary>
internal static class EarthSections
{
    // QA_PIXEL of Landsat Collection 2: fill, dilated cloud, cloud, cloud shadow (LSDS-1619, table 6-3).
    private const int Fill = 1, DilatedCloud = 1 << 1, Cloud = 1 << 3, CloudShadow = 1 << 4;
    private const byte Missing = 112;
    private const int PlotPx = 500;

    internal static async Task AddChipsAsync(HtmlPage page, Dataset landsat)
    {
        RowReader rows = await landsat.OpenRowsAsync(landsat.Query().OrderBy("2 * chip_y + chip_x")
            .Columns("object_id", "lon", "lat", "chip_x", "chip_y", "chip_array", "nodata_fraction", "cloud_fraction", "clear_fraction"));
        page.AddHeading("Chips of a Landsat scene, read from its files");
        page.AddParagraph("A scene in Colombia in four chips of 256 × 256 pixels. No pixel is copied: each row of the dataset says which "
            + "part of which TIFF file it is. Clouds, their margins and their shadows are counted from the scene's band of quality flags "
            + "when the dataset is built; red on the right is what was counted. Even gray is outside of the scene.");
        Scene scene = new(rows);
        page.AddCards([
            new(scene.Draw("The red band", isMarked: false)),
            new(scene.Draw("Clouds and their shadows", isMarked: true)),
        ], 520);
        page.AddTable(new HtmlTable
        {
            Caption = "The chips at their places in the scene. Fractions are of all pixels; 'clear' is of those with data.",
            Columns = [new("place"), new("longitude", "deg", true), new("latitude", "deg", true), new("without data", "%", true),
                new("cloud", "%", true), new("clear", "%", true)],
            Rows = [.. Enumerable.Range(0, rows.Count).Select(row => (IReadOnlyList<string>)
                [$"{(rows.Number(row, "chip_y") == 0 ? "north" : "south")}-{(rows.Number(row, "chip_x") == 0 ? "west" : "east")}",
                    $"{rows.Number(row, "lon"):0.0000;−0.0000}", $"{rows.Number(row, "lat"):0.0000;−0.0000}",
                    $"{100 * rows.Number(row, "nodata_fraction"):0.0}", $"{100 * rows.Number(row, "cloud_fraction"):0.0}",
                    $"{100 * rows.Number(row, "clear_fraction"):0.0}"])],
        });
    }

    /// <summary>The pixels of all chips, put together by their places.</summary>
    private sealed class Scene
    {
        private readonly int width, height, size;
        private readonly ushort[] red, flags;

        internal Scene(RowReader rows)
        {
            RowValues<ushort>[] chips = [.. Enumerable.Range(0, rows.Count).Select(row => rows.Read<ushort>(row, "chip_array")!.Value)];
            size = chips[0].Shape[^1];
            int[] x = [.. Enumerable.Range(0, rows.Count).Select(row => (int)rows.Number(row, "chip_x"))];
            int[] y = [.. Enumerable.Range(0, rows.Count).Select(row => (int)rows.Number(row, "chip_y"))];
            (width, height) = (size * (x.Max() + 1), size * (y.Max() + 1));
            (red, flags) = (new ushort[width * height], new ushort[width * height]);
            for (int row = 0; row < chips.Length; row++)
                for (int line = 0; line < size; line++)
                {
                    ReadOnlySpan<ushort> pixels = chips[row].Values.Span; // [time, band, y, x]
                    int to = (((y[row] * size) + line) * width) + (x[row] * size);
                    pixels.Slice(line * size, size).CopyTo(red.AsSpan(to));
                    pixels.Slice((size * size) + (line * size), size).CopyTo(flags.AsSpan(to));
                }
        }

        internal SvgFigure Draw(string title, bool isMarked)
        {
            ushort[] seen = [.. red.Where((_, i) => (flags[i] & Fill) == 0).Order()];
            (double black, double white) = (seen[seen.Length / 100], seen[seen.Length - 1 - (seen.Length / 100)]);
            byte[] pixels = new byte[3 * red.Length];
            for (int i = 0; i < red.Length; i++)
            {
                byte gray = (flags[i] & Fill) != 0 ? Missing
                    : (byte)(255 * Math.Sqrt(Math.Clamp((red[i] - black) / (white - black), 0, 1)));
                bool isCloud = isMarked && (flags[i] & (DilatedCloud | Cloud | CloudShadow)) != 0 && (flags[i] & Fill) == 0;
                (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) =
                    isCloud ? ((byte)(128 + (gray / 2)), (byte)(gray / 2), (byte)(gray / 2)) : (gray, gray, gray);
            }
            for (int chip = size; chip < Math.Max(width, height); chip += size)
                for (int i = 0; i < Math.Max(width, height); i++)
                {
                    if (chip < width && i < height)
                        pixels.AsSpan(3 * ((i * width) + chip), 3).Fill(byte.MaxValue);
                    if (chip < height && i < width)
                        pixels.AsSpan(3 * ((chip * width) + i), 3).Fill(byte.MaxValue);
                }
            return ImagePanel.Draw(PngEncoder.Encode(pixels, width, height, PngPixels.Rgb), new ImagePanelOptions
            {
                Rows = RowOrder.TopDown,
                Title = title,
                LongSidePx = PlotPx,
                North = new(0, -1),
                East = new(1, 0),
            });
        }
    }
}
