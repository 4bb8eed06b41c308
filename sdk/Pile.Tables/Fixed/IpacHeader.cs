using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>The header of an IPAC table: lines of keywords that begin with a backslash, and lines of names, types, units and null texts
/// between bars, which are also the borders of the columns.</summary>
/// <remarks>https://irsa.ipac.caltech.edu/applications/DDGEN/Doc/ipac_tbl.html</remarks>
internal static class IpacHeader
{
    private const int MostLines = 4; // names, types, units, null texts

    /// <summary>Reads the header.</summary>
    /// <exception cref="SourceUnreadableException">The header is incomplete.</exception>
    internal static TextLayout Read(TablePath source)
    {
        List<string> lines = FixedLayout.Header(source, line => line.StartsWith('\\') || line.StartsWith('|') || line.Length == 0);
        string[] bars = [.. lines.Where(line => line.StartsWith('|'))];
        if (bars.Length == 0)
            throw Invalid(source, "it has no line of column names between bars", "Add the header, or give the file its own extension");
        int[] borders = [.. bars[0].TrimEnd().Select((c, i) => c == '|' ? i : -1).Where(i => i >= 0)];
        // Rows between bars are another format, in which the bars need not be below each other.
        bool areTypes = bars.Length == 1 || bars[1].All(c => c == '|' || char.IsAsciiLetter(c) || char.IsWhiteSpace(c));
        if ((areTypes ? bars.ElementAtOrDefault(MostLines) : bars[1]) is { } row)
            throw Invalid(source, $"it has a row between bars: '{row.Trim()}'. In an IPAC table only the names, types, units and null "
                + "texts are between bars", "Rename it to .csv, in which | may be the delimiter");
        foreach (string line in bars)
            if (line.TrimEnd() is var text && !borders.All(b => b < text.Length && text[b] == '|'))
                throw Invalid(source, $"the bars of the header are not below each other: '{line}'", "Align them");
        string[] found = Cells(0), names = UniqueNames.Of(found), types = Cells(1), units = Cells(2), missing = Cells(3);
        return new FixedLayout([.. names.Select((name, i) => new FixedField(name, borders[i] + 1, EndOf(i))
        {
            Kind = IsText(types[i]) ? FieldKind.Text : IsFloat(types[i]) || IsInteger(types[i]) ? FieldKind.Number : FieldKind.Any,
            IsFloat = IsFloat(types[i]),
            FollowsBar = true,
            WrittenName = found[i],
            Unit = units[i].Length > 0 ? units[i] : null,
            Missing = missing[i].Length > 0 ? missing[i] : null,
        })], lines.Count);

        // Data of the last column may be longer than its name.
        int EndOf(int column) => column == borders.Length - 2 ? int.MaxValue / 2 : borders[column + 1];

        string[] Cells(int line) => [.. Enumerable.Range(0, borders.Length - 1)
            .Select(i => line < bars.Length ? bars[line][(borders[i] + 1)..borders[i + 1]].Trim() : "")];
    }

    // Types may be shortened: c, i, l, f, d, r.
    private static bool IsText(string type) => type.Length > 0 && ("char".StartsWith(type, StringComparison.OrdinalIgnoreCase)
        || "date".Equals(type, StringComparison.OrdinalIgnoreCase));

    private static bool IsFloat(string type) => type.Length > 0 && (string[])["double", "float", "real"] is var types
        && types.Any(t => t.StartsWith(type, StringComparison.OrdinalIgnoreCase));

    private static bool IsInteger(string type) => type.Length > 0 && ("integer".StartsWith(type, StringComparison.OrdinalIgnoreCase)
        || "long".StartsWith(type, StringComparison.OrdinalIgnoreCase));

    private static SourceUnreadableException Invalid(TablePath source, string finding, string remedy) => new(source.Given, finding, remedy);
}
