using System.Collections.Frozen;
using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
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
    private const int SampledRecords = 100, ShortestRule = 3;
    private static readonly FrozenSet<string> MissingWords =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "null", "nan", "na", "n/a", "none", "inf", "-inf", "+inf", "infinity",
            "-infinity");

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

        string[] first = new string[records.FieldCount];
        bool isData = false;
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = Encoding.UTF8.GetString(records.Field(i));
            isData |= IsNumber(records.Field(i));
        }
        if (!isData)
            return IsRule(records)
                ? throw new SourceUnreadableException(source.Given, $"line {records.Line} is a ruled line, not the names of the columns",
                    "Remove such lines")
                : Header(records, delimiter, first, hasComments, comments);

        if (AreNames(first, records))
            return new CsvDialect(delimiter, UniqueNames.Of(first), headerRecords: 1, hasComments) { WrittenNames = first };

        // Numbers in the first record: it is data. The preceding comment may contain the names.
        const StringSplitOptions trim = StringSplitOptions.TrimEntries;
        string[] commented = comments.Count == 0 ? []
            : comments[^1].Split((char)delimiter, delimiter == (byte)' ' ? trim | StringSplitOptions.RemoveEmptyEntries : trim);
        string[] names = commented.Length == first.Length ? commented : new string[first.Length];
        names = [.. names.Select(name => name ?? "")];
        return new CsvDialect(delimiter, UniqueNames.Of(names), headerRecords: 0, hasComments) { WrittenNames = names };
    }

    /// <summary>Returns whether a first record with numbers has names, of which some are numbers, as those of bands (3.6, 4.5): whether
    /// columns begin with a word above a number. One may be an id of another kind (HD 1 above 1234), or a mark of a missing
    /// value.</summary>
    private static bool AreNames(string[] first, CsvRecords records)
    {
        if (!records.MoveNext() || records.FieldCount != first.Length)
            return false;
        int numbers = 0, names = 0;
        for (int i = 0; i < first.Length; i++)
            if (IsNumber(Encoding.UTF8.GetBytes(first[i])))
                numbers++;
            else if (first[i].Any(char.IsLetter) && !MissingWords.Contains(first[i].Trim()) && IsNumber(records.Field(i)))
                names++;
        return names >= 2 || (names == 1 && numbers == 1);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text) => CellText.TryParse(text, out double number) && double.IsFinite(number);

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
