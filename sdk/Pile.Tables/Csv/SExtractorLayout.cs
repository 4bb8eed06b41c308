using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Csv;

/// <summary>A catalogue that SExtractor writes as ASCII_HEAD: comments with the number, name, description and unit of each column, above
/// fields between blanks. A vector has several fields and one comment, so that the next number is higher.</summary>
/// <remarks>Read as astropy's format <c>sextractor</c> does: the fields of a vector are the columns <c>NAME</c>, <c>NAME_1</c>,
/// <c>NAME_2</c> …</remarks>
internal sealed partial class SExtractorLayout : TextLayout
{
    private const byte Blank = (byte)' ';

    private readonly HeaderLine[] columns; // of each field

    private SExtractorLayout(HeaderLine[] columns)
    {
        this.columns = columns;
        NamesInFile = [.. columns.Select(c => c.Name)];
        Names = UniqueNames.Of(NamesInFile);
    }

    internal override string[] Names { get; }

    internal override IReadOnlyList<string> NamesInFile { get; }

    // A unit is in brackets at the end, and a description may have brackets, too.
    [GeneratedRegex(@"^\s*(?<number>\d{1,7})\s+(?<name>[A-Za-z_][-\w]*)(?!\S)"
        + @"(\s+(?<text>\w.+)((?<!\])$|(?=(?<=\S)\s+\[.+\])))?(\s*\[(?<unit>.+)\])?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ColumnComment();

    /// <summary>Reads the header of a file.</summary>
    /// <returns>Null if the file is not such a catalogue: the comments at its start must have numbers that increase from 1 and continue to
    /// the first row, and this row must have a number.</returns>
    internal static SExtractorLayout? Detect(TablePath source)
    {
        using CsvRecords records = new(source.OpenContent(), Blank, source.Given, hasComments: true);
        List<string> comments = records.SkipComments();
        HeaderLine?[] lines = [.. comments.Select(comment => HeaderLine.Parse(comment.TrimEnd()))];
        HeaderLine[] header = [.. lines.OfType<HeaderLine>()];
        if (header is not [{ Number: 1 }, ..] || lines[^1] is null || !IsIncreasing(header) || IsProse(header))
            return null;
        int fields = header[^1].Number;
        if (records.MoveNext())
        {
            fields = Math.Max(fields, records.FieldCount); // the last column may be a vector
            if (!Enumerable.Range(0, records.FieldCount).Any(i => CellText.TryParse(records.Field(i), out double _)))
                return null; // names of columns
        }
        HeaderLine[] ofFields = new HeaderLine[fields];
        for (int i = 0; i < header.Length; i++)
            for (int number = header[i].Number, end = i + 1 < header.Length ? header[i + 1].Number : fields + 1; number < end; number++)
                ofFields[number - 1] = header[i].Element(number - header[i].Number);
        return new SExtractorLayout(ofFields);
    }

    internal override ColumnSchema Declare(int field, ColumnSchema byValues) =>
        byValues with { Unit = columns[field].Unit, Description = columns[field].Description };

    internal override TextRecords OpenRows(TablePath source) =>
        new CsvRecords(source.OpenContent(), Blank, source.Given, hasComments: true);

    private static bool IsIncreasing(HeaderLine[] header) => header.Zip(header.Skip(1)).All(pair => pair.First.Number < pair.Second.Number);

    // A single comment such as "1 row per star" is not a header, unless its name is written as SExtractor writes names.
    private static bool IsProse(HeaderLine[] header) => header is [{ Name: var name }] && name.Any(char.IsLower);

    /// <summary>The comment that describes a column.</summary>
    /// <param name="Number">The number of its first field, from 1.</param>
    /// <param name="Name">The name.</param>
    /// <param name="Description">The description; null for none.</param>
    /// <param name="Unit">The unit; null for none.</param>
    private sealed record HeaderLine(int Number, string Name, string? Description, string? Unit)
    {
        /// <summary>Parses a comment; null if it does not describe a column.</summary>
        internal static HeaderLine? Parse(string comment)
        {
            Match match = ColumnComment().Match(comment);
            return match.Success ? new HeaderLine(int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups["name"].Value, TextOf(match.Groups["text"]), TextOf(match.Groups["unit"])) : null;
        }

        /// <summary>Returns the column of an element of a vector, from 0.</summary>
        internal HeaderLine Element(int index) =>
            index == 0 ? this : this with { Name = string.Create(CultureInfo.InvariantCulture, $"{Name}_{index}") };

        private static string? TextOf(Group group) => group.Success ? group.Value.Trim() : null;
    }
}
