using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Rows in aligned columns: numbers to the right, text to the left, long cells cut with an ellipsis.</summary>
internal static class TextTable
{
    private const int WidestCell = 44;

    internal static void Write(TextWriter output, IReadOnlyList<(string Title, bool IsNumber)> columns, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. columns.Select((c, i) => Math.Min(WidestCell, Math.Max(Width(c.Title), rows.Count == 0 ? 0 : rows.Max(r => Width(r[i])))))];
        WriteLine(output, columns, widths, [.. columns.Select(c => c.Title)]);
        output.WriteLine(string.Join("  ", widths.Select(w => new string('-', w))));
        foreach (string[] row in rows)
            WriteLine(output, columns, widths, row);
    }

    private static void WriteLine(TextWriter output, IReadOnlyList<(string Title, bool IsNumber)> columns, int[] widths, string[] cells)
    {
        string[] padded = new string[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = Width(cells[i]) > widths[i] ? new StringInfo(cells[i]).SubstringByTextElements(0, widths[i] - 1) + "…" : cells[i];
            string space = new(' ', Math.Max(0, widths[i] - Width(cell)));
            padded[i] = columns[i].IsNumber ? space + cell : cell + space;
        }
        output.WriteLine(string.Join("  ", padded).TrimEnd());
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
