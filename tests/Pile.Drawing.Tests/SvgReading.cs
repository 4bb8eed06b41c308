using System.Globalization;
using System.Xml.Linq;

namespace Pile.Drawing.Tests;

/// <summary>Parses drawings with an XML parser.</summary>
internal static class SvgReading
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XElement Parse(SvgFigure figure) => XDocument.Parse(figure.ToSvg()).Root!;

    public static IEnumerable<XElement> Shapes(this XElement root, string name, string style = "") =>
        root.Descendants(Svg + name).Where(e => style.Length == 0 || ((string?)e.Attribute("class") ?? "").Split(' ').Contains(style));

    public static string[] Texts(this XElement root) => [.. root.Shapes("text").Select(t => t.Value)];

    public static double Number(this XElement element,
        string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    /// <summary>Returns the corners of a path of absolute moves and lines.</summary>
    public static (double X, double Y)[] Points(this XElement path) =>
        [.. ((string)path.Attribute("d")!).Replace("h0", "", StringComparison.Ordinal).Replace("Z", "", StringComparison.Ordinal)
            .Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split(' ')).Select(
                p => (double.Parse(p[0], CultureInfo.InvariantCulture), double.Parse(p[1], CultureInfo.InvariantCulture)))];
}
