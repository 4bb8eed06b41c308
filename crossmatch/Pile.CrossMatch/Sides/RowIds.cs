namespace Pile.CrossMatch;

/// <summary>The ids of a side's rows, to be compared.</summary>
internal abstract class RowIds
{
    /// <summary>Rows of the side.</summary>
    internal abstract int Count { get; }

    /// <summary>Compares the ids of two rows: numbers by value, text byte by byte.</summary>
    internal abstract int Compare(int row, int otherRow);
}
