namespace Pile.Writing.Shards;

/// <summary>Several texts in a row: they stay out of sorting and come row by row, joined.</summary>
internal abstract class JoinedTextBuffer(bool isNullable) : ColumnBuffer(isNullable)
{
    /// <summary>Makes room for that many rows at once, so that growing wastes none.</summary>
    internal void Expect(int rows) => MakeRoom(rows);

    /// <summary>Appends one row.</summary>
    /// <param name="joined">Its elements with NUL between them, of lists with NUL behind each; nothing for a missing value.</param>
    /// <param name="isNull">True for a missing value.</param>
    internal abstract void Add(ReadOnlySpan<byte> joined, bool isNull);
}
