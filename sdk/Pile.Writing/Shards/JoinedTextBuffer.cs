namespace Pile.Writing.Shards;

/// <summary>A buffer of several texts per row, which are excluded from sorting and appended row by row, joined.</summary>
internal abstract class JoinedTextBuffer(bool isNullable) : ColumnBuffer(isNullable)
{
    /// <summary>Allocates memory for a number of rows at once, to avoid repeated growth.</summary>
    internal void Expect(int rows) => EnsureCapacity(rows);

    /// <summary>Appends one row.</summary>
    /// <param name="joined">Its elements, separated by NUL; for lists each followed by NUL; empty for a missing value.</param>
    /// <param name="isNull">True for a missing value.</param>
    internal abstract void Add(ReadOnlySpan<byte> joined, bool isNull);
}
