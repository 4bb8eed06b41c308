using Pile.DuckDb;

namespace Pile.Review;

/// <summary>The keys by which two sorted sides are merged: the key of the index, unless it is empty, then the id.</summary>
internal readonly ref struct MergeKeys
{
    private readonly ReadOnlySpan<long> pixels, numbers;
    private readonly DuckDbVector texts;

    internal MergeKeys(ReadOnlySpan<long> pixels, DuckDbVector ids, bool areTexts)
    {
        this.pixels = pixels;
        if (areTexts)
            texts = ids;
        else
            numbers = ids.Values<long>();
    }

    internal int CompareTo(int row, MergeKeys other, int otherRow)
    {
        if (!pixels.IsEmpty && pixels[row] != other.pixels[otherRow])
            return pixels[row] < other.pixels[otherRow] ? -1 : 1;
        return numbers.IsEmpty ? texts.Utf8(row).SequenceCompareTo(other.texts.Utf8(otherRow))
            : numbers[row].CompareTo(other.numbers[otherRow]);
    }
}
