using System.Xml.Linq;

namespace Pile.Drawing;

/// <summary>How serious a note on a page is.</summary>
public enum HtmlNoteKind
{
    /// <summary>A successful check.</summary>
    Good,

    /// <summary>Additional information.</summary>
    Information,

    /// <summary>A possible problem.</summary>
    Warning,

    /// <summary>An error.</summary>
    Fault,
}

/// <summary>A figure on a page with its text.</summary>
/// <param name="Figure">The drawing.</param>
/// <param name="Caption">The caption; empty for none.</param>
/// <param name="Facts">Names and values listed below the caption: object, position, redshift.</param>
public sealed record HtmlCard(SvgFigure Figure, string Caption = "", IReadOnlyList<KeyValuePair<string, string>>? Facts = null);

/// <summary>
/// A page in one file: text, cards with figures, tables. It contains its style and figures, has no scripts, loads nothing, and escapes all
/// text. It is both HTML and well-formed XML.
/// </summary>
/// <param name="title">The page's title and first heading.</param>
/// <param name="subtitle">A line below it; empty for none.</param>
public sealed class HtmlPage(string title, string subtitle = "")
{
    private readonly string title = title ?? throw new ArgumentNullException(nameof(title)),
        subtitle = subtitle ?? throw new ArgumentNullException(nameof(subtitle));

    private readonly List<XElement> body = [];

    /// <summary>The attribute with which a keyboard reaches, and scrolls, a part that is wider than the window.</summary>
    internal static XAttribute Focusable => new("tabindex", "0");

    /// <summary>Adds a heading.</summary>
    public void AddHeading(string text) => body.Add(new XElement("h2", XmlText.Clean(text)));

    /// <summary>Adds a paragraph.</summary>
    public void AddParagraph(string text) => body.Add(new XElement("p", XmlText.Clean(text)));

    /// <summary>Adds preformatted text in a fixed-width font.</summary>
    public void AddCode(string text) => body.Add(new XElement("pre", Focusable, XmlText.Clean(text)));

    /// <summary>Adds a note that is set off from the text. Its kind is stated in words as well as by colour.</summary>
    public void AddNote(HtmlNoteKind kind, string text) =>
        body.Add(new XElement("p", new XAttribute("class", "note " + StyleOf(kind)), new XElement("strong", WordOf(kind)),
            " " + XmlText.Clean(text)));

    /// <summary>Adds a list of names and values, such as provenance.</summary>
    public void AddFacts(IReadOnlyList<KeyValuePair<string, string>> facts) => body.Add(FactList(facts));

    /// <summary>Adds a table.</summary>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public void AddTable(HtmlTable table) => body.Add(table.ToElement());

    /// <summary>Adds one figure over the whole width.</summary>
    public void AddFigure(HtmlCard card) => body.Add(Figure(card, "card wide"));

    /// <summary>Adds figures next to each other, as many per row as fit.</summary>
    /// <param name="cards">The figures.</param>
    /// <param name="minimumWidthPx">The minimum width of a card in pixels. From 480 on, figures in narrower windows scroll instead of
    /// becoming illegible.</param>
    public void AddCards(IEnumerable<HtmlCard> cards, int minimumWidthPx = 300)
    {
        string columns = FormattableString.Invariant($"grid-template-columns:repeat(auto-fill,minmax(min({minimumWidthPx}px,100%),1fr))");
        body.Add(new XElement("div", new XAttribute("class", "cards"), new XAttribute("style", columns),
            cards.Select(c => Figure(c, minimumWidthPx >= 480 ? "card scroll" : "card"))));
    }

    /// <summary>Returns the page as text, to be stored as UTF-8. The same content gives the same text.</summary>
    public string ToHtml()
    {
        XElement html = new("html", new XAttribute("lang", "en"),
            new XElement("head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
                new XElement("title", XmlText.Clean(title)),
                new XElement("style", PageStyle.Css + "\n" + FigureStyle.Css)),
            new XElement("body", new XElement("main",
                new XElement("h1", XmlText.Clean(title)),
                subtitle.Length > 0 ? new XElement("p", new XAttribute("class", "subtitle"), XmlText.Clean(subtitle)) : null,
                body)));
        return "<!DOCTYPE html>\n" + html.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static XElement Figure(HtmlCard card, string style) => new("figure", new XAttribute("class", style),
        style == "card scroll" ? Focusable : null, card.Figure.ToElement(),
        card.Caption.Length > 0 ? new XElement("figcaption", XmlText.Clean(card.Caption)) : null,
        card.Facts is { Count: > 0 } facts ? FactList(facts) : null);

    private static XElement FactList(IReadOnlyList<KeyValuePair<string, string>> facts) => new("dl",
        facts.Select(f => new[] { new XElement("dt", XmlText.Clean(f.Key)), new XElement("dd", XmlText.Clean(f.Value)) }));

    private static string StyleOf(HtmlNoteKind kind) => kind switch
    {
        HtmlNoteKind.Good => "good",
        HtmlNoteKind.Warning => "warning",
        HtmlNoteKind.Fault => "fault",
        _ => "information",
    };

    private static string WordOf(HtmlNoteKind kind) => kind switch
    {
        HtmlNoteKind.Good => "Good:",
        HtmlNoteKind.Warning => "Warning:",
        HtmlNoteKind.Fault => "Fault:",
        _ => "Note:",
    };
}
