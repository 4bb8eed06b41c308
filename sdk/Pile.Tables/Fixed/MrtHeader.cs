using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>The byte-by-byte description of a table of the CDS (<see cref="CdsReadMe"/>) or the AAS (machine-readable table,
/// MRT).</summary>
/// <remarks>https://vizier.cds.unistra.fr/doc/catstd.htx, section 3.2.</remarks>
internal static partial class MrtHeader
{
    /// <summary>The start of the line above a description, which the names of the described files follow.</summary>
    internal const string Title = "Byte-by-byte Description of file";

    private const int LongestNote = 5000; // lines

    [GeneratedRegex(@"^\s*((?<first>\d{1,7})\s*-\s*)?(?<last>\d{1,7})\s+(?<format>\d*[A-Z]\d*(\.\d+)?)\s+(?<unit>\S+)\s+"
        + @"(?<label>\S+)(\s+(?<text>.*))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Row();

    /// <summary>The start of an explanation if values may be missing: limits in brackets, and a question mark with the text of missing
    /// values.</summary>
    [GeneratedRegex(@"^([\[\]][^\[\]]*[\[\]])?\s*\?(?<missing>=\S+)?[+-]?\s*", RegexOptions.CultureInvariant
        | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Prefix();

    // An equinox with its letter, or a year after this word; without both, 1950. Old tables call it an epoch with B; others are epochs.
    [GeneratedRegex(@"\b((?<letter>B)|(?<!ep(och)?\W{0,3})(?<letter>J)|equinox\W{0,3})(?<year>(18|19|20)\d\d(\.\d+)?)\b"
        + @"|(?<!ep(och)?\W{0,3})\b(?<year>1950)(\.0)?\b(?!\.\d)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Equinox();

    /// <summary>Returns whether a text contains a description.</summary>
    internal static bool IsIn(ReadOnlySpan<byte> text) => text.IndexOf("Byte-by-byte Description"u8) >= 0;

    /// <summary>Reads the description at the start of a table, which ends with the last line of dashes.</summary>
    /// <exception cref="SourceUnreadableException">There is no description, or it is invalid.</exception>
    internal static TextLayout Read(TablePath source)
    {
        int sinceRule = 0;
        List<string> lines = FixedLayout.Header(source, line => (sinceRule = IsRule(line) ? 0 : sinceRule + 1) < LongestNote);
        int title = lines.FindIndex(IsTitle);
        if (title < 0)
            throw Invalid(source, "it has no 'Byte-by-byte Description of file'", "Put the CDS's ReadMe beside the file, or convert it");
        int data = lines.FindLastIndex(IsRule) + 1;
        return new FixedLayout(Fields(source, lines, title), data);
    }

    /// <summary>Returns whether a line is the one above a description.</summary>
    internal static bool IsTitle(string line) => line.AsSpan().TrimStart().StartsWith(Title, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a description: two lines of dashes enclose the line "Bytes Format Units Label Explanations", and a third ends
    /// it.</summary>
    /// <param name="source">The file of the table.</param>
    /// <param name="lines">The lines of the header or of the ReadMe.</param>
    /// <param name="title">The index of the line above the description.</param>
    /// <exception cref="SourceUnreadableException">The description is invalid.</exception>
    internal static FixedField[] Fields(TablePath source, List<string> lines, int title)
    {
        int first = lines.FindIndex(title, IsRule), second = first < 0 ? -1 : lines.FindIndex(first + 1, IsRule);
        int end = second < 0 ? -1 : lines.FindIndex(second + 1, IsRule);
        if (end < 0)
            throw Invalid(source, $"the description in line {title + 1} is not between lines of dashes", "Restore them");
        List<FixedField> fields = [];
        for (int i = second + 1; i < end; i++)
        {
            string line = lines[i];
            Match match = Row().Match(line);
            if (match.Success)
                fields.Add(Field(match) is { Start: >= 0 } field && field.Start < field.End ? field
                    : throw Invalid(source, $"the bytes of the column in line {i + 1} are not in order: '{line.Trim()}'",
                        "Expected the first and the last byte, counted from 1"));
            else if (fields.Count > 0 && line.StartsWith("    ", StringComparison.Ordinal)) // the explanation goes on
                fields[^1] = fields[^1] with { Description = $"{fields[^1].Description} {line.Trim()}".Trim() };
            else if (!string.IsNullOrWhiteSpace(line))
                throw Invalid(source, $"the description of a column in line {i + 1} is not understood: '{line.Trim()}'",
                    "Expected bytes, format, unit, label and explanation");
        }
        if (fields.Count == 0)
            throw Invalid(source, $"the description in line {title + 1} has no columns", "Restore it");
        string[] names = UniqueNames.Of([.. fields.Select(f => f.Name)]);
        return [.. fields.Select((field, i) => field with { Name = names[i], WrittenName = field.Name, Frame = FrameOf(field) })];
    }

    /// <summary>Returns the frame of the equinox in the explanation of a right ascension or declination; null for J2000, or without
    /// one.</summary>
    private static string? FrameOf(FixedField field)
    {
        if (!field.Name.TrimStart('_').StartsWith("RA", StringComparison.Ordinal)
            && !field.Name.TrimStart('_').StartsWith("DE", StringComparison.Ordinal))
            return null;
        Match found = Equinox().Match(field.Description ?? "");
        if (!found.Success || field.Description!.Contains("ICRS", StringComparison.OrdinalIgnoreCase))
            return null;
        double year = double.Parse(found.Groups["year"].ValueSpan, CultureInfo.InvariantCulture);
        bool isBesselian = found.Groups["letter"] is { Success: true, Value: var letter } ? letter is "B" or "b"
            : year < 1984; // as in FITS (4.0, section 8.3)
        return year == 2000 && !isBesselian ? null : Frames.Normalize(isBesselian ? "FK4" : "FK5", found.Groups["year"].Value);
    }

    private static FixedField Field(Match match)
    {
        int last = Number("last"), first = match.Groups["first"].Success ? Number("first") : last;
        string format = match.Groups["format"].Value, unit = match.Groups["unit"].Value, text = match.Groups["text"].Value.Trim();
        Match prefix = Prefix().Match(text);
        string missing = prefix.Groups["missing"].Value;
        return new FixedField(match.Groups["label"].Value, first - 1, last)
        {
            Kind = format[0] is 'I' or 'F' or 'E' or 'D' ? FieldKind.Number : FieldKind.Text, // with A, and arrays such as 3I4
            IsFloat = format[0] is 'F' or 'E' or 'D',
            Unit = UnitOf(unit),
            Description = text[prefix.Length..].Trim() is { Length: > 0 } description ? description : null,
            Missing = missing.Length > 1 ? missing[1..] : null,
        };

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Returns a unit of the CDS; null for none.</summary>
    internal static string? UnitOf(string unit) =>
        unit is "" or "---" or "-" ? null : unit.StartsWith('[') && unit.EndsWith(']') ? $"log({unit[1..^1]})" : unit;

    private static bool IsRule(string line) => line.StartsWith("----------", StringComparison.Ordinal)
        && line.AsSpan().TrimEnd().TrimStart('-').IsEmpty;

    private static SourceUnreadableException Invalid(TablePath source, string finding, string remedy) => new(source.Given, finding, remedy);
}
