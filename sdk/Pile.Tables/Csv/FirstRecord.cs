using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Pile.Tables.Batches;
using static System.Text.Encoding;

namespace Pile.Tables.Csv;

/// <summary>The first record of a delimited file: whether it has the names of the columns, or is a row.</summary>
/// <remarks>Only the types of the fields tell them apart. Names are words; some may be numbers, as those of bands (3.6, 4.5) and epochs.
/// A row may consist of words alone, and then a comment above it has the names.</remarks>
internal sealed partial class FirstRecord
{
    private const int SampledRecords = 100;
    private static readonly FrozenSet<string> MissingWords =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "null", "nan", "na", "n/a", "none", @"\N", "indef", "inf", "-inf", "+inf",
            "infinity", "-infinity");

    /// <summary>Words that name columns, and are no values: <c>star</c> may be the class of a first row.</summary>
    private static readonly FrozenSet<string> CommonNames =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "id", "name", "object", "source", "target", "ra", "dec", "date", "time",
            "mjd", "jd", "band", "filter", "file", "type", "label", "wavelength", "wave");

    private readonly string[][] below;
    private readonly int numbers, namesOfNumbers;

    /// <summary>Reads the current record, and some after it.</summary>
    /// <param name="records">Records, at the first one.</param>
    internal FirstRecord(CsvRecords records)
    {
        Fields = FieldsOf(records);
        below = [.. Below(records, Fields.Length)];
        for (int i = 0; i < Fields.Length; i++)
            if (IsNumber(Fields[i]))
                numbers++;
            else if (IsWord(Fields[i]) && below is [var second, ..] && IsNumber(second[i]))
                namesOfNumbers++;
    }

    /// <summary>The fields.</summary>
    internal string[] Fields { get; }

    /// <summary>True if a field is a word.</summary>
    internal bool HasWord => Fields.Any(IsWord);

    /// <summary>True if no field is a number, or an angle or a date above another one, so that the fields look like names.</summary>
    internal bool HasWordsOnly => numbers == 0
        && !Fields.Index().Any(cell => IsAngleOrDate(cell.Item) && (below is not [var second, ..] || IsAngleOrDate(second[cell.Index])));

    /// <summary>Returns whether a record of words is a row whose names are those of a comment: no word stands above numbers, and some
    /// stand above the same word. Between blanks, every comment of so many words could be one with names.</summary>
    /// <param name="comment">As many words.</param>
    /// <param name="isBetweenBlanks">True if fields are separated by blanks.</param>
    internal bool IsBelowNames(string[] comment, bool isBetweenBlanks) => namesOfNumbers == 0
        && comment.All(name => name.Any(char.IsLetter)) && comment.Distinct(StringComparer.Ordinal).Count() == comment.Length
        && !comment.SequenceEqual(Fields)
        && (!isBetweenBlanks || Fields.Index().Any(cell => IsWord(cell.Item) && below.Any(row => row[cell.Index] == cell.Item)));

    /// <summary>Returns whether a record with numbers has names.</summary>
    /// <param name="isBelowComment">True if a comment above it may have them.</param>
    internal bool AreNames(bool isBelowComment) => below.Length > 0 && (namesOfNumbers >= 2 || (namesOfNumbers == 1 && numbers == 1)
        || (!isBelowComment && (HasCommonName() || AreLabels() || AreSteps())));

    private static IEnumerable<string[]> Below(CsvRecords records, int count)
    {
        for (int i = 0; i < SampledRecords && records.MoveNext() && records.FieldCount == count; i++)
            yield return FieldsOf(records);
    }

    private static string[] FieldsOf(CsvRecords records) =>
        [.. Enumerable.Range(0, records.FieldCount).Select(i => UTF8.GetString(records.Field(i)))];

    private bool HasCommonName() => Fields.Index().Any(cell => CommonNames.Contains(cell.Item)
        && !below.Any(row => row[cell.Index].Equals(cell.Item, StringComparison.OrdinalIgnoreCase)));

    // Numbers beside a word, each above words: the ids of samples above yes and no.
    private bool AreLabels() => numbers >= 2 && Fields.Any(IsWord)
        && Fields.Index().Where(cell => IsNumber(cell.Item))
            .All(cell => below.Any(row => IsWord(row[cell.Index])) && !below.Any(row => IsNumber(row[cell.Index])));

    // Years, epochs or wavelengths, in order, beside a word without digits that is above others with digits (probe above a1, a2), or above
    // numbers. Rows with measurements are in order by chance only.
    private bool AreSteps() => numbers >= 2 && !Fields.Any(cell => IsWord(cell) && cell.Any(char.IsDigit))
        && OrderOf(Fields) is not 0 and int order && below.Any(row => OrderOf(row) != order)
        && Fields.Index().Any(cell => IsWord(cell.Item) && below.Any(row => row[cell.Index].Length > 0)
            && below.All(row => row[cell.Index].Any(char.IsDigit) || row[cell.Index].Length == 0));

    /// <summary>Returns 1 if the fields below numbers increase, -1 if they decrease, else 0.</summary>
    private int OrderOf(string[] row)
    {
        double[] steps = [.. Fields.Index().Where(cell => IsNumber(cell.Item))
            .Select(cell => CellText.TryParse(UTF8.GetBytes(row[cell.Index]), out double number) ? number : double.NaN)];
        (double First, double Second)[] pairs = [.. steps.Zip(steps.Skip(1))];
        return pairs.All(pair => pair.First < pair.Second) ? 1 : pairs.All(pair => pair.First > pair.Second) ? -1 : 0;
    }

    private static bool IsNumber(string text) => CellText.TryParse(UTF8.GetBytes(text), out double number) && double.IsFinite(number);

    private static bool IsWord(string text) => text.Any(char.IsLetter) && !MissingWords.Contains(text.Trim()) && !IsAngleOrDate(text);

    private static bool IsAngleOrDate(string text) => AngleOrDate().IsMatch(text);

    /// <summary>10:20:30.5, +41 27 00, 10h20m30s, 2026-01-31, 2026-01-31T12:00:00.</summary>
    [GeneratedRegex(@"^\s*([+-]?\d{1,3}(:| +|h ?|d ?|° ?)\d{1,2}((:| +|m ?|' ?)\d{1,2}(\.\d*)?)?\D{0,2}|\d{4}-\d{2}-\d{2}([T ].*)?)\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AngleOrDate();
}
