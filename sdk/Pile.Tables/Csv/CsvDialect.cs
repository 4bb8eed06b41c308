using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Csv;

/// <summary>The format of a CSV file: its delimiter, its column names, and whether it has a header.</summary>
/// <param name="Delimiter">The byte between fields.</param>
/// <param name="Names">The unique names of the columns; <c>col1</c> … if the file has none.</param>
/// <param name="HasHeader">True if the first record that is not a comment contains the names.</param>
internal sealed record CsvDialect(byte Delimiter, string[] Names, bool HasHeader)
{
    private const int SampledRecords = 100;
    private static readonly byte[] Candidates = ",;|\t"u8.ToArray();

    /// <summary>Detects the format of a file.</summary>
    /// <exception cref="SourceUnreadableException">The file has no record.</exception>
    internal static CsvDialect Sniff(TablePath source)
    {
        byte delimiter = Candidates.MaxBy(candidate => Score(source, candidate));
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given);
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
            return new CsvDialect(delimiter, UniqueNames.Of(first), HasHeader: true);

        // Numbers in the first record: it is data. The preceding comment may contain the names.
        string[] commented = comments.Count == 0 ? [] : comments[^1].Split((char)delimiter, StringSplitOptions.TrimEntries);
        string[] names = commented.Length == first.Length ? commented : new string[first.Length];
        return new CsvDialect(delimiter, UniqueNames.Of([.. names.Select(name => name ?? "")]), HasHeader: false);
    }

    /// <summary>Opens the records of a file at its first row of data.</summary>
    internal CsvRecords OpenRows(TablePath source)
    {
        CsvRecords records = new(source.OpenContent(), Delimiter, source.Given);
        try
        {
            records.SkipComments();
            if (HasHeader)
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
    private static int Score(TablePath source, byte delimiter)
    {
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given);
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
