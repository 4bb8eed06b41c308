using System.Xml.Linq;

namespace Pile.Drawing;

/// <summary>A finished drawing: SVG 1.1 shapes and text, styled for light and dark, which loads nothing.</summary>
public sealed class SvgFigure
{
    private readonly XElement root;

    internal SvgFigure(XElement root) => this.root = root;

    /// <summary>Returns the drawing as a separate SVG file with its style. The same input gives the same text.</summary>
    public string ToSvg()
    {
        XElement svg = new(root);
        svg.AddFirst(new XElement(SvgCanvas.Namespace + "style", FigureStyle.Css));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>The width in pixels.</summary>
    internal double WidthPx => Length("width");

    /// <summary>The height in pixels.</summary>
    internal double HeightPx => Length("height");

    /// <summary>Reads a drawing that <see cref="ToSvg"/> returned, for a page.</summary>
    /// <param name="svg">The text of the SVG file.</param>
    /// <exception cref="ArgumentException">The text is not such a drawing.</exception>
    public static SvgFigure Parse(string svg)
    {
        ArgumentNullException.ThrowIfNull(svg);
        try
        {
            XElement drawing = XDocument.Parse(svg).Root!;
            if (drawing.Name == SvgCanvas.Namespace + "svg" && (string?)drawing.Attribute("class") == "pile-figure")
            {
                drawing.Elements(SvgCanvas.Namespace + "style").Remove();
                return new SvgFigure(drawing);
            }
        }
        catch (System.Xml.XmlException e)
        {
            throw new ArgumentException($"The text is not SVG: {e.Message}", nameof(svg), e);
        }

        throw new ArgumentException("The text is SVG, but not a drawing that SvgFigure.ToSvg returned.", nameof(svg));
    }

    /// <summary>Places figures of the same width class next to each other, row by row from the top left.</summary>
    /// <param name="figures">The figures, at least one.</param>
    /// <param name="columns">The number of figures in a row.</param>
    /// <param name="title">A title above them; empty for none.</param>
    /// <param name="note">A line below them; empty for none.</param>
    internal static SvgFigure Grid(IReadOnlyList<SvgFigure> figures, int columns, string title = "", string note = "")
    {
        const double Gap = 18;
        if (figures is [var only] && title.Length == 0 && note.Length == 0)
            return only;
        columns = Math.Min(columns, figures.Count);
        double[] widths = [.. Enumerable.Range(0, columns).Select(c => figures.Where((_, i) => i % columns == c).Max(f => f.WidthPx))];
        double[] heights = [.. figures.Chunk(columns).Select(row => row.Max(f => f.HeightPx))];
        double top = title.Length > 0 ? 40 : Gap, width = widths.Sum() + (Gap * (columns + 1)),
            height = top + heights.Sum() + (Gap * heights.Length) + (note.Length > 0 ? 18 : 0);
        SvgCanvas canvas = new(width, height, title.Length > 0 ? title : "Figures");
        canvas.Title(Gap, 26, title, width - (2 * Gap));
        for (int i = 0; i < figures.Count; i++)
            canvas.Place(figures[i].root, Gap + widths[..(i % columns)].Sum(w => w + Gap),
                top + heights[..(i / columns)].Sum(h => h + Gap), figures[i].WidthPx, figures[i].HeightPx);
        if (note.Length > 0)
            canvas.Text(Gap, height - 12, note, "note");
        return canvas.ToFigure();
    }

    /// <summary>Returns the drawing as SVG for renderers that support neither custom properties nor media queries nor
    /// <c>image-orientation</c>: light, in one font.</summary>
    /// <param name="textOf">Returns what is drawn of a text, which is bold or not; null to draw all of it.</param>
    internal string ToPrintSvg(Func<string, bool, string>? textOf = null)
    {
        XElement svg = new(root);
        if (textOf is not null)
            foreach (XElement text in svg.Descendants(SvgCanvas.Namespace + "text"))
                text.Value = textOf(text.Value, FigureStyle.IsBold((string?)text.Attribute("class") ?? ""));
        foreach (XElement image in svg.Descendants(SvgCanvas.Namespace + "image"))
            image.SetAttributeValue("href", JpegOrientation.RemoveFrom((string)image.Attribute("href")!));
        svg.AddFirst(new XElement(SvgCanvas.Namespace + "style", FigureStyle.PrintCss));
        // SVG 1.1 has the older name of the same property.
        return svg.ToString(SaveOptions.DisableFormatting).Replace("image-rendering:pixelated", "image-rendering:optimizeSpeed",
            StringComparison.Ordinal);
    }

    private double Length(string name) =>
        double.Parse((string)root.Attribute(name)!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Returns the drawing for a page that contains the style once for all its figures.</summary>
    internal XElement ToElement() => new(root);
}
