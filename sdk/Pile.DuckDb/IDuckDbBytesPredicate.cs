namespace Pile.DuckDb;

/// <summary>A condition on bytes that is evaluated in C#, because it is hard to express in SQL. Thread-safe.</summary>
internal interface IDuckDbBytesPredicate
{
    /// <summary>Evaluates the condition for a row.</summary>
    /// <param name="bytes">The value of the row, which is not NULL.</param>
    bool Holds(ReadOnlySpan<byte> bytes);
}
