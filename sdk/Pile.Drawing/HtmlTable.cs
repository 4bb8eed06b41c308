using System.Xml.Linq;

namespace Pile.Drawing;

/// <summary>A column of a table on a page.</summary>
/// <param name="Name">Name in the header.</param>
/// <param name="Unit">Unit, shown in the header below the name; empty if it has none.</param>
/// <param name="IsNumber">True for numbers, which are aligned to the right.</param>
public sealed record HtmlColumn(string Name, string Unit = "", bool IsNumber = false);

/// <summary>A table on a page.</summary>
public sealed record HtmlTable
{
    /// <summary>The caption above the table; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The columns.</summary>
    public required IReadOnlyList<HtmlColumn> Columns { get; init; }

    /// <summary>The cells as text, row by row, with one cell per column.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }

    /// <summary>The column whose cells link to the row of the same name in another table; null for none.</summary>
    internal int? LinkColumn { get; init; }

    /// <summary>The column whose cells name the rows for links; null for none.</summary>
    internal int? AnchorColumn { get; init; }

    internal XElement ToElement()
    {
        XElement table = new("table");
        if (Caption.Length > 0)
            table.Add(new XElement("caption", XmlText.Clean(Caption)));
        table.Add(new XElement("thead", new XElement("tr", Columns.Select(Header))), new XElement("tbody", Rows.Select(Row)));
        return new XElement("div", new XAttribute("class", "table"), HtmlPage.Focusable, table);
    }

    private static XElement Header(HtmlColumn column) => new("th", new XAttribute("scope", "col"),
        column.IsNumber ? new XAttribute("class", "number") : null,
        XmlText.Clean(column.Name), column.Unit.Length > 0
            ? new XElement("span", new XAttribute("class", "unit"), XmlText.Clean(column.Unit)) : null);

    private XElement Row(IReadOnlyList<string> cells, int index)
    {
        if (cells.Count != Columns.Count)
            throw new ArgumentException($"Table '{Caption}', row {index}: expected {Columns.Count} cells, got {cells.Count}.");
        return new XElement("tr", AnchorColumn is { } anchor ? new XAttribute("id", AnchorOf(cells[anchor])) : null,
            cells.Select((cell, i) =>
            new XElement("td", Columns[i].IsNumber ? new XAttribute("class", "number") : null, i != LinkColumn ? XmlText.Clean(cell)
                : new XElement("a", new XAttribute("href", "#" + AnchorOf(cell)), XmlText.Clean(cell)))));
    }

    private static string AnchorOf(string cell) => "rule-" + string.Concat(cell.Where(char.IsAsciiLetterOrDigit));
}
