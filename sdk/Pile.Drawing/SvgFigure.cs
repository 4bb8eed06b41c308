using System.Xml.Linq;

namespace Pile.Drawing;

/// <summary>A finished drawing: SVG 1.1 shapes and text, styled for light and dark, with nothing to load from outside.</summary>
public sealed class SvgFigure
{
    private readonly XElement root;

    internal SvgFigure(XElement root) => this.root = root;

    /// <summary>The drawing as an SVG file of its own, with its style. The same input gives the same text.</summary>
    public string ToSvg()
    {
        XElement svg = new(root);
        svg.AddFirst(new XElement(SvgCanvas.Namespace + "style", FigureStyle.Css));
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>The drawing for a page that carries the style once for all of its figures.</summary>
    internal XElement ToElement() => new(root);
}
