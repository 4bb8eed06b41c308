using Pile.DuckDb;

namespace Pile.Review;

/// <summary>The keys by which two sorted sides are merged: the key of the index, unless it is empty, then the id.</summary>
internal readonly ref struct MergeKeys
{
    private readonly ReadOnlySpan<long> keys, numbers;
    private readonly DuckDbVector texts;

    internal MergeKeys(ReadOnlySpan<long> keys, DuckDbVector ids, bool areTexts)
    {
        this.keys = keys;
        if (areTexts)
            texts = ids;
        else
            numbers = ids.Values<long>();
    }

    internal int CompareTo(int row, MergeKeys other, int otherRow)
    {
        if (!keys.IsEmpty && keys[row] != other.keys[otherRow])
            return keys[row] < other.keys[otherRow] ? -1 : 1;
        return numbers.IsEmpty ? texts.Utf8(row).SequenceCompareTo(other.texts.Utf8(otherRow))
            : numbers[row].CompareTo(other.numbers[otherRow]);
    }
}
