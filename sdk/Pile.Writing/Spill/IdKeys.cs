using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Computes the keys of rows without positions.</summary>
internal static class IdKeys
{
    /// <summary>Fills the keys of a column of ids.</summary>
    internal static void Compute(ColumnData ids, Span<long> keys)
    {
        if (ids is TextColumnData texts)
            for (int row = 0; row < keys.Length; row++)
                keys[row] = IndexKey.OfId(texts.Element(row, 0));
        else
        {
            ReadOnlySpan<long> numbers = ((ColumnData<long>)ids).Values.Span;
            for (int row = 0; row < keys.Length; row++)
                keys[row] = IndexKey.OfId(numbers[row]);
        }
    }
}
