using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;
using Pile.Tables.Text;

namespace Pile.Tables.Csv;

/// <summary>The format of a delimited file: its delimiter, its column names, and whether it has a header.</summary>
/// <param name="delimiter">The byte between fields; a blank for any number of them.</param>
/// <param name="names">The unique names of the columns; <c>col1</c> … if the file has none.</param>
/// <param name="hasHeader">True if the first record that is not a comment contains the names.</param>
/// <param name="hasComments">True if comments may follow the header.</param>
internal sealed class CsvDialect(byte delimiter, string[] names, bool hasHeader, bool hasComments) : TextLayout
{
    private const int SampledRecords = 100;
    private static readonly byte[] OfCsv = ",;|\t"u8.ToArray(), OfTsv = "\t"u8.ToArray(), OfAscii = ",;|\t "u8.ToArray();

    internal override string[] Names { get; } = names;

    /// <summary>Detects the format of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="format">Its format, which may differ from that of its extension.</param>
    /// <exception cref="SourceUnreadableException">The file has no record.</exception>
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
            isData |= CellText.TryParse(records.Field(i), out double number) && double.IsFinite(number);
        }
        if (!isData)
            return new CsvDialect(delimiter, UniqueNames.Of(first), hasHeader: true, hasComments);

        // Numbers in the first record: it is data. The preceding comment may contain the names.
        const StringSplitOptions trim = StringSplitOptions.TrimEntries;
        string[] commented = comments.Count == 0 ? []
            : comments[^1].Split((char)delimiter, delimiter == (byte)' ' ? trim | StringSplitOptions.RemoveEmptyEntries : trim);
        string[] names = commented.Length == first.Length ? commented : new string[first.Length];
        return new CsvDialect(delimiter, UniqueNames.Of([.. names.Select(name => name ?? "")]), hasHeader: false, hasComments);
    }

    internal override TextRecords OpenRows(TablePath source)
    {
        CsvRecords records = new(source.OpenContent(), delimiter, source.Given, hasComments);
        try
        {
            records.SkipComments();
            if (hasHeader)
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
