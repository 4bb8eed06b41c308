using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pile.TestKit;

namespace Pile.Drawing.Tests;

public partial class HtmlPageTests
{
    private const string Hostile = "</td><script>alert(1)</script> & \"x\" 'y' \u0001 \ud800";

    [Fact]
    public void A_page_is_well_formed_and_escapes_its_texts()
    {
        XElement html = XDocument.Parse(Page().ToHtml()).Root!;
        string text = Hostile.Replace('\u0001', '\uFFFD').Replace('\ud800', '\uFFFD');
        Assert.Equal(text, html.Descendants("h1").Single().Value);
        Assert.Equal(text, html.Descendants("td").First().Value);
        Assert.Equal(text, html.Descendants("figcaption").First().Value);
        Assert.Empty(html.Descendants("script"));
    }

    [Fact]
    public void An_HTML_parser_finds_no_scripts_no_links_and_all_tags_closed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["page.html"], Page().ToHtml());
        string found = Python.Run("""
            import sys
            from html.parser import HTMLParser
            class Parser(HTMLParser):
                open, bad, cells = [], [], 0
                def handle_starttag(self, tag, attrs):
                    if tag != 'meta': self.open.append(tag)
                    self.cells += tag in ('td', 'th')
                    self.bad += [tag] if tag in ('script', 'link', 'iframe', 'object', 'a') else []
                    self.bad += [v for k, v in attrs
                        if k in ('src', 'href', 'xlink:href', 'srcset') and not v.startswith('data:') or k.startswith('on')]
                def handle_startendtag(self, tag, attrs):
                    n = len(self.open); self.handle_starttag(tag, attrs); del self.open[n:]
                def handle_endtag(self, tag):
                    assert self.open.pop() == tag, tag
            p = Parser(convert_charrefs=True)
            p.feed(open(sys.argv[1], encoding='utf-8').read())
            p.close()
            print(p.open, p.bad, p.cells)
            """, folder["page.html"]).Trim();
        Assert.Equal("[] [] 6", found);
    }

    [Fact]
    public void A_page_loads_nothing()
    {
        string html = Page().ToHtml();
        Assert.All(Address().Matches(html), m => Assert.Equal("http://www.w3.org/2000/svg", m.Value));
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Styles_are_the_same_in_XML_and_HTML()
    {
        Assert.DoesNotContain(PageStyle.Css + FigureStyle.Css, c => c is '<' or '>' or '&');
        Assert.Contains("prefers-color-scheme:dark", PageStyle.Css, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", FigureStyle.Css, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_show_units() => Assert.Equal("deg",
        XDocument.Parse(Page().ToHtml()).Descendants("span").Single(s => (string?)s.Attribute("class") == "unit").Value);

    [Fact]
    public void The_same_content_gives_the_same_text() => Assert.Equal(Page().ToHtml(), Page().ToHtml());

    [Fact]
    public void A_row_with_the_wrong_number_of_cells_is_rejected()
    {
        HtmlPage page = new("page");
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => page.AddTable(new() { Caption = "index", Columns = [new("ra")], Rows = [["1"], ["1", "2"]] }));
        Assert.Contains("'index', row 1: expected 1 cells, got 2", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-9, "0")]
    [InlineData(-1e-9, "0")]
    [InlineData(12.345678, "12.35")]
    [InlineData(-3.5, "-3.5")]
    public void Coordinates_are_short(double value, string text) => Assert.Equal(text, XmlText.Number(value));

    [Fact]
    public void A_coordinate_that_is_not_a_number_is_rejected() => Assert.Throws<ArgumentException>(() => XmlText.Number(double.NaN));

    private static HtmlPage Page()
    {
        HtmlPage page = new(Hostile, Hostile);
        page.AddHeading(Hostile);
        page.AddParagraph(Hostile);
        page.AddNote(HtmlNoteKind.Fault, Hostile);
        page.AddFacts([new(Hostile, Hostile)]);
        page.AddTable(new() { Caption = Hostile, Columns = [new(Hostile), new("ra", "deg", true)], Rows = [[Hostile, ""], ["", "1"]] });
        SvgFigure figure = SkyMap.Draw([new(Hostile, new double[] { 1 }, new double[] { 2 })], new() { Title = Hostile });
        SvgFigure image = ImagePanel.Draw(PngEncoder.Encode(new byte[4], 2, 2, PngPixels.Gray),
            new() { Rows = RowOrder.BottomUp, Title = Hostile, Bands = [Hostile] });
        page.AddCards([new(figure, Hostile, [new(Hostile, Hostile)]), new(image)]);
        page.AddFigure(new(figure));
        return page;
    }

    [GeneratedRegex("[a-z]+://[^\"' <)]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
