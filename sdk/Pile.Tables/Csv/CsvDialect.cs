using System.Text;
using Pile.Format;
using Pile.Tables.Batches;
using Pile.Tables.Opening;

namespace Pile.Tables.Csv;

/// <summary>How a CSV file is written: its delimiter, its column names, and whether they stand in the file.</summary>
/// <param name="Delimiter">The byte between fields.</param>
/// <param name="Names">The columns' names, unique; <c>col1</c> … where the file has none.</param>
/// <param name="HasHeader">Whether the first record that is no comment holds the names.</param>
internal sealed record CsvDialect(byte Delimiter, string[] Names, bool HasHeader)
{
    private const int RecordsLookedAt = 100;
    private static readonly byte[] Candidates = ",;|\t"u8.ToArray();

    /// <summary>Finds out how a file is written.</summary>
    /// <exception cref="SourceUnreadableException">There is no record.</exception>
    internal static CsvDialect Sniff(TablePath source)
    {
        byte delimiter = Candidates.MaxBy(candidate => Score(source, candidate));
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given);
        List<string> comments = records.SkipComments();
        if (!records.MoveNext())
            throw new SourceUnreadableException(source.Given, "there is no line but comments", "Give a file with a header and rows");

        string[] first = new string[records.FieldCount];
        bool isData = false;
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = Encoding.UTF8.GetString(records.Field(i));
            isData |= CellText.TryParse(records.Field(i), out double number) && double.IsFinite(number);
        }
        if (!isData)
            return new CsvDialect(delimiter, UniqueNames.Of(first), HasHeader: true);

        // Numbers in the first line: it is data. The names may stand in the comment before it.
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

    /// <summary>How many of the first records have as many fields as the first one, when that is more than one; of equals, the more fields
    /// win.</summary>
    private static int Score(TablePath source, byte delimiter)
    {
        using CsvRecords records = new(source.OpenContent(), delimiter, source.Given);
        records.SkipComments();
        int fields = 0, alike = 0;
        try
        {
            for (int i = 0; i < RecordsLookedAt && records.MoveNext(); i++)
            {
                if (i == 0)
                    fields = records.FieldCount;
                if (records.FieldCount == fields)
                    alike++;
            }
        }
        catch (SourceUnreadableException)
        {
            // Quotes that only fit another delimiter, or a broken file: the pass over the rows will tell.
        }
        return fields > 1 ? (alike * 1000) + Math.Min(fields, 999) : 0;
    }
}
