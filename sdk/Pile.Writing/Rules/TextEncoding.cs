using System.Text;
using System.Text.Unicode;
using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Text is UTF-8 without NUL.</summary>
internal sealed class TextEncoding : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (ColumnData column in batch.Columns)
            if (column is TextColumnData text && !IsValid(text))
                ThrowFirst(text, place);
        return batch;
    }

    // Two passes over all bytes; rows are checked one by one only if one is invalid. The first byte of each text shows
    // whether a character is split.
    private static bool IsValid(TextColumnData text)
    {
        ReadOnlySpan<byte> utf8 = text.Utf8.Span;
        bool good = Utf8.IsValid(utf8) && !utf8.Contains((byte)0);
        ReadOnlySpan<int> starts = text.Starts.Span;
        for (int i = 0; good && i < starts.Length - 1; i++)
            good = starts[i] == utf8.Length || (utf8[starts[i]] & 0xC0) != 0x80;
        return good;
    }

    private static void ThrowFirst(TextColumnData text, BatchPlace place)
    {
        for (int row = 0; row < text.RowCount; row++)
            for (int i = 0; i < text.ElementsOf(row); i++)
            {
                ReadOnlySpan<byte> element = text.Element(row, i);
                if (!Utf8.IsValid(element) || element.Contains((byte)0))
                    throw place.Invalid(row, text.Schema.Name, $"'{Encoding.UTF8.GetString(element).Replace("\0", "\\0",
                            StringComparison.Ordinal)}'", "UTF-8 text without NUL",
                        "Correct the file, or leave the column out; in a builder, decode the text or cut its padding");
            }
    }
}
