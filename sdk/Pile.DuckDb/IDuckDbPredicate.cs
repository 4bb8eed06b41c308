namespace Pile.DuckDb;

/// <summary>A condition on a position that is evaluated in C#, because it is hard to express in SQL. Thread-safe.</summary>
internal interface IDuckDbPredicate
{
    /// <summary>Evaluates the condition for rows.</summary>
    /// <param name="keys">The key of each row; undefined if NULL.</param>
    /// <param name="x">The first coordinate of each row, shape as <paramref name="keys"/>; undefined if NULL.</param>
    /// <param name="y">The second coordinate of each row.</param>
    /// <param name="destination">Receives the results.</param>
    void Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination);
}
