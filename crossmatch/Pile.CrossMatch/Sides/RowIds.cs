using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>Compares the ids of a side's rows.</summary>
internal abstract class RowIds
{
    /// <summary>The number of rows.</summary>
    internal abstract int Count { get; }

    /// <summary>Returns the id of a row.</summary>
    internal abstract ObjectId Of(int row);

    /// <summary>Compares the ids of two rows: numbers by value, text byte by byte.</summary>
    internal abstract int Compare(int row, int otherRow);
}
