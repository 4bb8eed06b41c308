namespace Pile.CrossMatch;

/// <summary>Distributes the values of the rows that have a part to all rows.</summary>
internal static class SpreadValues
{
    internal static T[] Of<T>(T[] values, BlockRows rows, ResultPart part) where T : unmanaged
    {
        if (values.Length == rows.Count)
            return values;
        T[] spread = new T[rows.Count];
        ReadOnlySpan<bool> isMissing = rows.IsMissing(part).Span;
        for (int row = 0, from = 0; row < spread.Length; row++)
            if (!isMissing[row])
                spread[row] = values[from++];
        return spread;
    }
}
