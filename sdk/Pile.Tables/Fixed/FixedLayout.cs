using Pile.Format;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Fixed;

/// <summary>The layout of a table with fixed columns: IPAC tables, and tables of the CDS and the AAS.</summary>
internal sealed class FixedLayout(FixedField[] fields, int headerLines) : TextLayout
{
    internal override string[] Names { get; } = [.. fields.Select(f => f.Name)];

    internal override IReadOnlyList<string>? NamesInFile { get; } = [.. fields.Select(f => f.WrittenName ?? f.Name)];

    internal override bool HasMissingTexts { get; } = fields.Any(f => f.Missing is not null);

    internal override TextRecords OpenRows(TablePath source)
    {
        FixedRecords records = new(source.OpenContent(), fields, source.Given);
        try
        {
            records.SkipLines(headerLines);
            return records;
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    internal override ColumnSchema Declare(int field, ColumnSchema byValues) => fields[field].Declare(byValues);

    internal override string? FrameOf(int field) => fields[field].Frame;

    internal override FieldKind KindOf(int field) => fields[field].Kind;

    internal override bool IsMissing(int field, ReadOnlySpan<byte> cell) => fields[field].IsMissing(cell);

    /// <summary>Returns the first lines of a file as text.</summary>
    /// <param name="source">The file.</param>
    /// <param name="isHeader">Returns false for the first line that does not belong to the header.</param>
    internal static List<string> Header(TablePath source, Func<string, bool> isHeader)
    {
        List<string> lines = [];
        using StreamReader reader = new(source.OpenContent());
        while (reader.ReadLine() is { } line && isHeader(line))
            lines.Add(line);
        return lines;
    }
}
