namespace Pile.DuckDb;

/// <summary>A condition on a position that C# tests, because no SQL says it well. Any thread may ask.</summary>
internal interface IDuckDbPredicate
{
    /// <summary>Tests rows.</summary>
    /// <param name="keys">A key of each row; undefined where NULL.</param>
    /// <param name="x">A coordinate of each row, shape as <paramref name="keys"/>; undefined where NULL.</param>
    /// <param name="y">Another.</param>
    /// <param name="destination">Receives the answers.</param>
    void Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination);
}
