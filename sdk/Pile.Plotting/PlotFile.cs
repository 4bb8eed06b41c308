using Pile.Drawing;
using Pile.Skia;

namespace Pile.Plotting;

/// <summary>Writes figures to a file, in the format of its extension.</summary>
internal static class PlotFile
{
    /// <summary>Pixels of a PNG per unit of a figure: text is readable at half size.</summary>
    private const double PixelsPerUnit = 2;

    private const double LargestPngPixels = 120e6;

    /// <summary>The extensions of the formats.</summary>
    internal static string[] Extensions { get; } = [".png", ".pdf", ".svg", ".html"];

    /// <summary>Returns the content of a file with figures.</summary>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    /// <param name="title">The title of a page.</param>
    /// <param name="subtitle">A line below it.</param>
    /// <param name="figures">The figures, at least one.</param>
    /// <param name="message">Receives a message that names characters of PNG and PDF that the font lacks.</param>
    /// <exception cref="ArgumentException">The picture would be too large, or the extension is not one of these.</exception>
    internal static byte[] Encode(string extension, string title, string subtitle, IReadOnlyList<RowFigure> figures,
        Action<string> message) => extension switch
        {
            ".html" => System.Text.Encoding.UTF8.GetBytes(Page(title, subtitle, figures).ToHtml()),
            ".svg" => System.Text.Encoding.UTF8.GetBytes(Together(figures).ToSvg()),
            ".png" => Reported(message, boxes => Png(Together(figures), boxes)),
            ".pdf" => Reported(message, boxes => Pdf(Together(figures), title, boxes)),
            _ => throw new ArgumentException($"'{extension}' is not {string.Join(", ", Extensions[..^1])} or {Extensions[^1]}.",
                nameof(extension)),
        };

    /// <summary>Loads what PNG and PDF need, in parallel with what precedes a drawing: the library and its fonts.</summary>
    internal static Task PrepareAsync(string extension) =>
        extension is ".png" or ".pdf" ? Task.Run(() =>
        {
            SvgCanvas canvas = new(16, 16, "");
            canvas.Text(0, 12, "0", "note");
            canvas.Text(0, 12, "0", "title");
            SvgRenderer.Render(canvas.ToFigure().ToPrintSvg(), 16, 16);
        }) : Task.CompletedTask;

    /// <summary>Draws a figure to a PNG file.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="boxes">Lists the characters that the font lacks.</param>
    internal static byte[] Png(SvgFigure figure, CharacterBoxes boxes)
    {
        double scale = Math.Min(PixelsPerUnit, Math.Sqrt(LargestPngPixels / (figure.WidthPx * figure.HeightPx)));
        (int width, int height) = ((int)Math.Ceiling(figure.WidthPx * scale), (int)Math.Ceiling(figure.HeightPx * scale));
        return PngEncoder.Encode(SvgRenderer.Render(figure.ToPrintSvg(boxes.Replace), width, height), width, height, PngPixels.Rgb);
    }

    /// <summary>Draws a figure to a PDF file of one page.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="title">The title of the PDF document.</param>
    /// <param name="boxes">Lists the characters that the font lacks.</param>
    internal static byte[] Pdf(SvgFigure figure, string title, CharacterBoxes boxes) =>
        SvgRenderer.RenderPdf(figure.ToPrintSvg(boxes.Replace), title);

    private static byte[] Reported(Action<string> message, Func<CharacterBoxes, byte[]> draw)
    {
        CharacterBoxes boxes = new();
        byte[] file = draw(boxes);
        if (boxes.Message() is { } replaced)
            message(replaced);
        return file;
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
