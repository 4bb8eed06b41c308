using System.Xml.Linq;
using static Pile.Drawing.XmlText;

namespace Pile.Drawing;

/// <summary>The horizontal alignment of a text at its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>Collects the shapes of one drawing in pixels, x right and y down. Styles are the classes of
/// <see cref="FigureStyle"/>.</summary>
internal sealed class SvgCanvas
{
    public static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    private const double TitleFontSize = 15, BoldWidth = 0.67; // of a letter, in its size
    private readonly XElement root;
    private readonly XElement parent;

    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="description">The description for screen readers.</param>
    public SvgCanvas(double width, double height, string description)
    {
        root = parent = new XElement(Namespace + "svg", new XAttribute("class", "pile-figure"),
            new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            new XAttribute("width", Number(width)), new XAttribute("height", Number(height)), new XAttribute("role", "img"),
            new XAttribute("aria-label", Clean(description)));
        Rect(0, 0, width, height, "paper");
    }

    private SvgCanvas(XElement root, XElement parent) => (this.root, this.parent) = (root, parent);

    /// <summary>Adds a window that clips what is drawn into it; coordinates remain those of the whole drawing.</summary>
    /// <remarks>A nested svg element clips without an id, and ids would collide if several figures are on one page.</remarks>
    public SvgCanvas Window(double x, double y, double width, double height)
    {
        XElement window = new(Namespace + "svg", Place("x", x), Place("y", y), Place("width", width), Place("height", height),
            new XAttribute("viewBox", $"{Number(x)} {Number(y)} {Number(width)} {Number(height)}"), new XAttribute("overflow", "hidden"));
        parent.Add(window);
        return new(root, window);
    }

    public void Rect(double x, double y, double width, double height, string style) =>
        Add("rect", style, Place("x", x), Place("y", y), Place("width", width), Place("height", height));

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Add("line", style, Place("x1", x1), Place("y1", y1), Place("x2", x2), Place("y2", y2));

    public void Circle(double x, double y, double radius, string style) =>
        Add("circle", style, Place("cx", x), Place("cy", y), Place("r", radius));

    public void Path(SvgPath path, string style, double? strokeWidth = null)
    {
        if (path.IsEmpty)
            return;
        XElement element = Add("path", style, new XAttribute("d", path.ToString()));
        if (strokeWidth is { } width)
            element.Add(Place("stroke-width", width));
    }

    public void Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start, bool upwards = false)
    {
        XElement element = Add("text", style, Place("x", x), Place("y", y), Clean(text));
        if (anchor is not Anchor.Start)
            element.Add(new XAttribute("text-anchor", anchor is Anchor.Middle ? "middle" : "end"));
        if (upwards)
            element.Add(new XAttribute("transform", $"rotate(-90 {Number(x)} {Number(y)})"));
    }

    /// <summary>Adds a title, shortened if it exceeds the available width; the full text is in the description for screen
    /// readers.</summary>
    public void Title(double x, double y, string text, double availableWidth)
    {
        int fitting = (int)(availableWidth / (BoldWidth * TitleFontSize));
        Text(x, y, text.Length <= fitting ? text : text[..Math.Max(fitting - 1, 0)].TrimEnd() + "…", "title");
    }

    /// <summary>Adds an image whose pixels remain squares when enlarged.</summary>
    public void Image(double x, double y, double width, double height, ReadOnlySpan<byte> png) =>
        Image(x, y, width, height, png, "image/png", "image-rendering:pixelated");

    /// <summary>Adds a picture file. Its pixels remain squares, or are smoothed.</summary>
    /// <remarks>Browsers would turn a picture by the orientation in its EXIF, without regard to width and height. The pixels are shown as
    /// they are stored: positions in a picture, such as boxes, are those of stored pixels.</remarks>
    public void Image(double x, double y, double width, double height, ReadOnlySpan<byte> file, string mediaType, bool isPixelated) =>
        Image(x, y, width, height, file, mediaType, isPixelated ? "image-orientation:none;image-rendering:pixelated"
            : "image-orientation:none");

    private void Image(double x, double y, double width, double height, ReadOnlySpan<byte> file, string mediaType, string style) =>
        Add("image", "", Place("x", x), Place("y", y), Place("width", width), Place("height", height),
            new XAttribute("preserveAspectRatio", "none"), new XAttribute("style", style),
            new XAttribute("href", $"data:{mediaType};base64,{Convert.ToBase64String(file)}"));

    /// <summary>Adds another drawing as a part of this one.</summary>
    public void Place(XElement drawing, double x, double y, double width, double height)
    {
        XElement part = new(drawing);
        part.Attribute("role")?.Remove();
        part.Attribute("aria-label")?.Remove();
        part.SetAttributeValue("x", Number(x));
        part.SetAttributeValue("y", Number(y));
        part.SetAttributeValue("width", Number(width));
        part.SetAttributeValue("height", Number(height));
        parent.Add(part);
    }

    public SvgFigure ToFigure() => new(root);

    /// <summary>Returns the approximate width of a text. The fonts are the reader's, so this is for spacing only.</summary>
    public static double TextWidth(string text, double fontSize = 13) => 0.57 * fontSize * text.Length;

    private XElement Add(string name, string style, params ReadOnlySpan<object?> content)
    {
        XElement element = new(Namespace + name);
        if (style.Length > 0)
            element.Add(new XAttribute("class", style));
        foreach (object? item in content)
            element.Add(item);
        parent.Add(element);
        return element;
    }

    private static XAttribute Place(string name, double value) => new(name, Number(value));
}
