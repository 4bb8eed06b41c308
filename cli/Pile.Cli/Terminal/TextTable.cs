using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Writes rows in aligned columns: numbers to the right, text to the left; long cells are cut with an ellipsis.</summary>
internal sealed class TextTable
{
    private const int WidestCell = 44;

    private readonly TextWriter output;
    private readonly IReadOnlyList<(string Title, bool IsNumber)> columns;
    private readonly int[] widths;

    /// <summary>Writes the titles and the first rows, which determine the widths of the columns.</summary>
    internal TextTable(TextWriter output, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> firstRows)
    {
        (this.output, this.columns) = (output, columns);
        firstRows = [.. firstRows.Select(r => Array.ConvertAll(r, TerminalText.Escape))];
        string[] titles = [.. columns.Select(c => TerminalText.Escape(c.Title))];
        widths = [.. titles.Select((title, i) => Math.Min(WidestCell,
            Math.Max(Width(title), firstRows.Count == 0 ? 0 : firstRows.Max(r => Width(r[i])))))];
        WriteEscaped(titles);
        output.WriteLine(string.Join("  ", widths.Select(w => new string('-', w))));
        foreach (string[] row in firstRows)
            WriteEscaped(row);
    }

    /// <summary>Writes a whole table.</summary>
    internal static void Write(TextWriter output, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows) =>
        _ = new TextTable(output, columns, rows);

    /// <summary>Writes one more row. A cell that is wider than its column is not cut, but shifts the following cells.</summary>
    internal void WriteRow(string[] cells) => WriteEscaped(Array.ConvertAll(cells, TerminalText.Escape));

    private void WriteEscaped(string[] cells)
    {
        string[] padded = new string[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = Width(cells[i]) > WidestCell ? new StringInfo(cells[i]).SubstringByTextElements(0, WidestCell - 1)
                + "…" : cells[i];
            string space = new(' ', Math.Max(0, widths[i] - Width(cell)));
            padded[i] = columns[i].IsNumber ? space + cell : cell + space;
        }
        output.WriteLine(string.Join("  ", padded).TrimEnd());
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
