using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Text is not longer than its column declares; it is never truncated.</summary>
internal sealed class TextWidth : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        foreach (ColumnData column in batch.Columns)
            if (column is TextColumnData { Schema.StringBytes: > 0 and var most } text && AnyLonger(text.Starts.Span, most))
                ThrowFirst(text, most, place);
        return batch;
    }

    private static bool AnyLonger(ReadOnlySpan<int> starts, int most)
    {
        for (int i = 1; i < starts.Length; i++)
            if (starts[i] - starts[i - 1] > most)
                return true;
        return false;
    }

    private static void ThrowFirst(TextColumnData text, int most, BatchPlace place)
    {
        for (int row = 0; row < text.RowCount; row++)
            for (int i = 0; i < text.ElementsOf(row); i++)
                if (text.Element(row, i).Length > most && !text.IsNullAt(row))
                    throw place.Invalid(row, text.Schema.Name, $"'{text.Text(row, i)}' of {text.Element(row, i).Length} bytes",
                        $"a text of at most {most} bytes, as its column declares", "Declare it wider, or leave its width open");
    }
}
