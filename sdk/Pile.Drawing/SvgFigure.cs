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

    /// <summary>Returns the drawing for a page that contains the style once for all its figures.</summary>
    internal XElement ToElement() => new(root);
}
