using System.Text;
using Pile.Format;
using Pile.Tables.Fixed;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Csv;

/// <summary>The format of a delimited file: its delimiter, its column names, and its header.</summary>
/// <remarks>Below the names there may be a line of dashes, and between them a line of units, as VizieR writes them (asu-tsv), with the
/// descriptions and UCDs of the columns in comments before.</remarks>
/// <param name="delimiter">The byte between fields; a blank for any number of them.</param>
/// <param name="names">The unique names of the columns; <c>col1</c> … if the file has none.</param>
/// <param name="headerRecords">The number of records before the data: 0 without a header.</param>
/// <param name="hasComments">True if comments may follow the header.</param>
internal sealed class CsvDialect(byte delimiter, string[] names, int headerRecords, bool hasComments) : TextLayout
{
    private const int SampledRecords = 100, ShortestRule = 3, ShownFields = 4;
    private const string ColumnComment = "Column\t", UcdStart = "[ucd=";
    private static readonly byte[] OfCsv = ",;|\t"u8.ToArray(), OfTsv = "\t"u8.ToArray(), OfAscii = ",;|\t "u8.ToArray();

    internal override string[] Names { get; } = names;

    internal override IReadOnlyList<string>? NamesInFile => WrittenNames;

    /// <summary>The names in the header, which may repeat.</summary>
    private string[]? WrittenNames { get; init; }

    /// <summary>The units in the header; empty without any.</summary>
    private string[] Units { get; init; } = [];

    /// <summary>The names, formats, descriptions and UCDs in comments of VizieR.</summary>
    private string[][] Described { get; init; } = [];

    private bool IsRuled => headerRecords > 1;

    internal override ColumnSchema Declare(int field, ColumnSchema byValues)
    {
        string[]? described = Array.Find(Described, words => words[0] == Names[field]);
        return byValues with
        {
            Unit = Units.Length == 0 ? byValues.Unit : MrtHeader.UnitOf(Units[field]),
            Description = described?.Length > 2 && described[2].Length > 0 ? described[2] : byValues.Description,
            Ucd = described?.Skip(3).FirstOrDefault(word => word.StartsWith(UcdStart, StringComparison.Ordinal) && word.EndsWith(']'))
                is { } ucd ? ucd[UcdStart.Length..^1] : byValues.Ucd,
        };
    }

    /// <summary>Detects the format of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="format">Its format, which may differ from that of its extension.</param>
    /// <exception cref="SourceUnreadableException">The file has no record, or no names.</exception>
    internal static CsvDialect Sniff(TablePath source, TableFormat format)
    {
        byte[] candidates = format switch { TableFormat.Tsv => OfTsv, TableFormat.Ascii => OfAscii, _ => OfCsv };
        bool hasComments = format is TableFormat.Ascii;
        byte delimiter = candidates.MaxBy(candidate => Score(source, candidate, hasComments));
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given, hasComments);
        List<string> comments = records.SkipComments();
        if (!records.MoveNext())
            throw new SourceUnreadableException(source.Given, "the file has no lines except comments",
                "Use a file with a header and rows");

        FirstRecord first = new(records);
        string[]? commented = CommentedNames(comments, delimiter, first.Fields.Length);
        if (first.HasWordsOnly)
        {
            using CsvRecords again = new(source.OpenContent(), delimiter, source.Given, hasComments);
            again.SkipComments();
            again.MoveNext();
            if (IsRule(again))
                throw new SourceUnreadableException(source.Given, $"line {again.Line} is a ruled line, not the names of the columns",
                    "Remove such lines");
            CsvDialect header = Header(again, delimiter, WithoutCommas(first.Fields, delimiter), hasComments, comments);
            if (header.IsRuled || commented is null || !first.IsBelowNames(commented, isBetweenBlanks: delimiter == (byte)' '))
                return header;
        }
        else if (first.AreNames(isBelowComment: commented is not null))
        {
            return new CsvDialect(delimiter, UniqueNames.Of(first.Fields), headerRecords: 1, hasComments) { WrittenNames = first.Fields };
        }

        // The first record is a row. The comment above it may have the names.
        string[] names = commented ?? [.. first.Fields.Select(_ => "")];
        return new CsvDialect(delimiter, UniqueNames.Of(names), headerRecords: 0, hasComments)
        {
            WrittenNames = names,
            Note = commented is not null ? null : NoteOfComment(comments, delimiter, first.Fields.Length) is { } ofComment ? ofComment
                : first.HasWord ? $"the first line is read as a row, because it has numbers, not as names: "
                + $"{string.Join((char)delimiter, first.Fields.Take(ShownFields))}{(first.Fields.Length > ShownFields ? " …" : "")}. The "
                + "columns are col1, col2 and so on. If it has the names, write those that are numbers with a letter (y2011)" : null,
        };
    }

    /// <summary>Returns the names in the comment above the rows, or in the one above it if that has units; null without any.</summary>
    private static string[]? CommentedNames(List<string> comments, byte delimiter, int count)
    {
        if (comments.Count == 0 || NamesOf(comments[^1], delimiter, count) is not { } words)
            return null;
        return comments.Count > 1 && words.All(IsUnit) && NamesOf(comments[^2], delimiter, count) is { } names ? names : words;

        static bool IsUnit(string word) => word is ['(', .., ')'] or ['[', .., ']'] || !word.Any(char.IsLetterOrDigit);
    }

    // EAZY and others have the names in the first comment, and remarks below it; but a title may have as many words.
    private static string? NoteOfComment(List<string> comments, byte delimiter, int count) =>
        comments.Count > 1 && NamesOf(comments[0], delimiter, count) is { } words
            ? $"the columns are col1, col2 and so on, because the comment above the rows does not have {CountText.Of(count, "word")}. The "
                + $"first comment has: {string.Join(' ', words.Take(ShownFields))}{(count > ShownFields ? " …" : "")}. If these are the "
                + "names, move that line below the other comments"
            : null;

    /// <summary>Returns the words of a comment if there are as many as fields, else null.</summary>
    private static string[]? NamesOf(string comment, byte delimiter, int count)
    {
        const StringSplitOptions trim = StringSplitOptions.TrimEntries;
        string[] words = comment.Split((char)delimiter, delimiter == (byte)' ' ? trim | StringSplitOptions.RemoveEmptyEntries : trim);
        return words.Length == count ? WithoutCommas(words, delimiter) : null;
    }

    // Above rows between blanks, commas may separate the names: index, field, jd.
    private static string[] WithoutCommas(string[] names, byte delimiter) =>
        delimiter == (byte)' ' && names.Length > 1 && names[..^1].All(name => name is [_, .., ','])
            ? [.. names.Select(name => name.TrimEnd(','))] : names;

    private static CsvDialect Header(CsvRecords records, byte delimiter, string[] first, bool hasComments, List<string> comments)
    {
        string[] names = UniqueNames.Of(first), units = [];
        for (int header = 2; header <= 3 && records.MoveNext() && records.FieldCount == first.Length; header++)
        {
            if (IsRule(records))
                return new CsvDialect(delimiter, names, header, hasComments: true)
                {
                    WrittenNames = first,
                    Units = units,
                    Described = [.. comments.Where(comment => comment.StartsWith(ColumnComment, StringComparison.Ordinal))
                        .Select(comment => comment[ColumnComment.Length..].Split('\t', StringSplitOptions.TrimEntries))],
                };
            units = [.. Enumerable.Range(0, first.Length).Select(i => Encoding.UTF8.GetString(records.Field(i)))];
        }
        return new CsvDialect(delimiter, names, headerRecords: 1, hasComments) { WrittenNames = first };
    }

    /// <summary>Returns whether all fields of the current record are dashes, or all are <c>=</c>.</summary>
    private static bool IsRule(CsvRecords records)
    {
        int longest = 0;
        for (int i = 0; i < records.FieldCount; i++)
        {
            ReadOnlySpan<byte> field = records.Field(i);
            if (field.IsEmpty || field[0] is not ((byte)'-' or (byte)'=') || field.ContainsAnyExcept(field[0]))
                return false;
            longest = Math.Max(longest, field.Length);
        }
        return longest >= ShortestRule;
    }

    internal override TextRecords OpenRows(TablePath source)
    {
        CsvRecords records = new(source.OpenContent(), delimiter, source.Given, hasComments) { MayHaveSecondTable = IsRuled };
        try
        {
            records.SkipComments();
            for (int i = 0; i < headerRecords; i++)
                records.MoveNext();
            return records;
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    /// <summary>Returns how many of the first records have the same number of fields as the first one, if that is more than one; more
    /// fields break ties.</summary>
    private static int Score(TablePath source, byte delimiter, bool hasComments)
    {
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given, hasComments);
        records.SkipComments();
        int fields = 0, alike = 0;
        try
        {
            for (int i = 0; i < SampledRecords && records.MoveNext(); i++)
            {
                if (i == 0)
                    fields = records.FieldCount;
                if (records.FieldCount == fields)
                    alike++;
            }
        }
        catch (SourceUnreadableException)
        {
            // Quotes that are valid with another delimiter only, or a damaged file, which is reported when the rows are read.
        }
        return fields > 1 ? (alike * 1000) + Math.Min(fields, 999) : 0;
    }
}
