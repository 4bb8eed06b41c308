namespace Pile.Writing.Shards;

/// <summary>A buffer of several texts per row, which are excluded from sorting and appended row by row, joined.</summary>
internal abstract class JoinedTextBuffer(bool isNullable) : ColumnBuffer(isNullable)
{
    /// <summary>Allocates memory for all rows at once, to avoid repeated growth.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="joinedBytes">The size of their elements, as <see cref="Add"/> receives them.</param>
    internal virtual void Expect(int rows, long joinedBytes) => EnsureCapacity(rows);

    /// <summary>Appends one row.</summary>
    /// <param name="joined">Its elements, separated by NUL; for lists each followed by NUL; empty for a missing value.</param>
    /// <param name="isNull">True for a missing value.</param>
    internal abstract void Add(ReadOnlySpan<byte> joined, bool isNull);
}
