using System.Runtime.InteropServices;
using System.Text;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The ids of a dataset in its mapped positions.</summary>
internal sealed class MappedIds(MappedPositions positions) : RowIds
{
    internal override int Count => positions.Count;

    internal override int Compare(int row, int otherRow) =>
        positions.HasTextIds ? Text(row).SequenceCompareTo(Text(otherRow)) : Number(row).CompareTo(Number(otherRow));

    internal override ObjectId Of(int row) => positions.HasTextIds ? new ObjectId(Encoding.UTF8.GetString(Text(row)))
        : new ObjectId(Number(row));

    private long Number(int row) =>
        MemoryMarshal.Cast<double, long>(positions.AsTheyAre(row >> SortedPositions.ChunkShift,
            PositionColumn.Id))[row & (SortedPositions.ChunkRows - 1)];

    private ReadOnlySpan<byte> Text(int row)
    {
        ReadOnlySpan<byte> texts = positions.TextIds(row >> SortedPositions.ChunkShift, out ReadOnlySpan<int> starts);
        int at = row & (SortedPositions.ChunkRows - 1);
        return texts[(starts[at] + sizeof(int))..starts[at + 1]];
    }
}
