using Pile.Drawing;
using Pile.Rsvg;

namespace Pile.Plotting;

/// <summary>Writes figures to a file, in the format of its extension.</summary>
internal static class PlotFile
{
    /// <summary>Pixels of a PNG per unit of a figure: text is readable at half size.</summary>
    private const double PixelsPerUnit = 2;

    private const double LargestPngPixels = 120e6;

    /// <summary>The extensions of the formats.</summary>
    internal static string[] Extensions { get; } = [".png", ".svg", ".html"];

    /// <summary>Returns the content of a file with figures.</summary>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    /// <param name="title">The title of a page.</param>
    /// <param name="subtitle">A line below it.</param>
    /// <param name="figures">The figures, at least one.</param>
    /// <exception cref="ArgumentException">The picture would be too large, or the extension is not one of these.</exception>
    internal static byte[] Encode(string extension, string title, string subtitle, IReadOnlyList<RowFigure> figures) => extension switch
    {
        ".html" => System.Text.Encoding.UTF8.GetBytes(Page(title, subtitle, figures).ToHtml()),
        ".svg" => System.Text.Encoding.UTF8.GetBytes(Together(figures).ToSvg()),
        ".png" => Png(Together(figures)),
        _ => throw new ArgumentException($"'{extension}' is not {string.Join(", ", Extensions[..^1])} or {Extensions[^1]}.",
            nameof(extension)),
    };

    /// <summary>Loads what PNG needs, in parallel with what precedes a drawing: its library and the system's list of fonts take longer
    /// than the drawing of a picture.</summary>
    internal static Task PrepareAsync(string extension) =>
        extension == ".png" ? Task.Run(() =>
        {
            SvgCanvas canvas = new(16, 16, "");
            canvas.Text(0, 12, "0", "note");
            Png(canvas.ToFigure());
        }) : Task.CompletedTask;

    /// <summary>Draws a figure to a PNG file.</summary>
    internal static byte[] Png(SvgFigure figure)
    {
        double scale = Math.Min(PixelsPerUnit, Math.Sqrt(LargestPngPixels / (figure.WidthPx * figure.HeightPx)));
        (int width, int height) = ((int)Math.Ceiling(figure.WidthPx * scale), (int)Math.Ceiling(figure.HeightPx * scale));
        return PngEncoder.Encode(SvgRenderer.Render(figure.ToPrintSvg(), width, height), width, height, PngPixels.Rgb);
    }

    private static SvgFigure Together(IReadOnlyList<RowFigure> figures) =>
        SvgFigure.Grid([.. figures.Select(f => f.Figure)], figures.Any(f => f.IsWide) ? 1
            : Math.Min(4, (int)Math.Ceiling(Math.Sqrt(figures.Count))));

    private static HtmlPage Page(string title, string subtitle, IReadOnlyList<RowFigure> figures)
    {
        HtmlPage page = new(title, subtitle);
        foreach (IGrouping<bool, RowFigure> group in figures.GroupBy(f => f.IsWide))
            page.AddCards(group.Select(f => new HtmlCard(f.Figure, Facts: f.Facts)), group.Key ? 900 : 340);
        return page;
    }
}
