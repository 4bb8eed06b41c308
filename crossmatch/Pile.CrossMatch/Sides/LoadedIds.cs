using System.Text;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The ids of a loaded side.</summary>
/// <param name="count">The number of rows with a position.</param>
/// <param name="numbers">The ids of all rows if they are integers.</param>
/// <param name="texts">The ids of all rows if they are text.</param>
internal sealed class LoadedIds(int count, RowArray<long>? numbers, KeptColumn? texts) : RowIds
{
    internal override int Count => count;

    internal override int Compare(int row, int otherRow) =>
        numbers is not null ? numbers[row].CompareTo(numbers[otherRow]) : Text(row).SequenceCompareTo(Text(otherRow));

    internal override ObjectId Of(int row) => numbers is not null ? new ObjectId(numbers[row])
        : new ObjectId(Encoding.UTF8.GetString(Text(row)));

    /// <summary>Returns the bytes of a text id.</summary>
    internal ReadOnlySpan<byte> Text(int row)
    {
        (ColumnData piece, int place) = texts!.Find(row);
        return ((TextColumnData)piece).Element(place);
    }
}
