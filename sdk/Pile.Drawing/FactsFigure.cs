namespace Pile.Drawing;

/// <summary>Draws names and values, such as those of a row of a catalogue next to pictures of the same object.</summary>
internal static class FactsFigure
{
    private const double WidthPx = 480, LinePx = 20, NamePx = 190;
    private const int LongestValue = 38, LongestName = 24;

    public static SvgFigure Draw(string title, IEnumerable<KeyValuePair<string, string>> facts)
    {
        KeyValuePair<string, string>[] lines = [.. facts];
        SvgCanvas canvas = new(WidthPx, 44 + (LinePx * Math.Max(lines.Length, 1)), title);
        canvas.Title(0, 20, title, WidthPx);
        for (int i = 0; i < lines.Length; i++)
        {
            double y = 46 + (i * LinePx);
            canvas.Text(0, y, Short(lines[i].Key, LongestName), "note");
            canvas.Text(NamePx, y, Short(lines[i].Value, LongestValue), "label");
        }
        return canvas.ToFigure();
    }

    private static string Short(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
