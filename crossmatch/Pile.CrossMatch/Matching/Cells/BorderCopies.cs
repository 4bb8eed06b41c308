using System.Runtime.CompilerServices;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Copies of objects of b that may have partners in a neighbouring cell, with coordinates on the base face of that cell.</summary>
internal sealed class BorderCopies
{
    private const int DigitBits = 11, FewCopies = 256;

    private long[] cells = [], otherCells = [];
    private long[] places = [], otherPlaces = [];
    private int[] rows = [], otherRows = [];

    internal int Count { get; private set; }

    /// <summary>The first order-29 pixel of the cell to which each copy belongs.</summary>
    internal ReadOnlySpan<long> Cells => cells.AsSpan(0, Count);

    /// <summary>The coordinates of each copy: x in the low half, y in the high half.</summary>
    internal ReadOnlySpan<long> Places => places.AsSpan(0, Count);

    /// <summary>The row of each copy.</summary>
    internal ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    internal void Clear() => Count = 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(long cell, int x, int y, int row)
    {
        Reserve(1);
        (cells[Count], places[Count], rows[Count]) = (cell, (uint)x | ((long)y << 32), row);
        Count++;
    }

    /// <summary>Adds the copies of a sorted list whose cells are in a range.</summary>
    internal void AddRange(BorderCopies sorted, long firstCell, long endCell)
    {
        // Most lists have no copies in the range.
        if (sorted.Count == 0 || sorted.cells[sorted.Count - 1] < firstCell || sorted.cells[0] >= endCell)
            return;
        int first = Sorted.LowerBound(sorted.Cells, firstCell), end = Sorted.LowerBound(sorted.Cells, endCell), more = end - first;
        if (more <= 0)
            return;
        Reserve(more);
        sorted.cells.AsSpan(first, more).CopyTo(cells.AsSpan(Count));
        sorted.places.AsSpan(first, more).CopyTo(places.AsSpan(Count));
        sorted.rows.AsSpan(first, more).CopyTo(rows.AsSpan(Count));
        Count += more;
    }

    /// <summary>Sorts by cell with a stable sort.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Sort()
    {
        if (Count < 2)
            return;
        long varying = 0;
        bool sorted = true;
        for (int i = 1; i < Count; i++)
        {
            varying |= cells[i] ^ cells[0];
            sorted &= cells[i] >= cells[i - 1];
        }
        if (sorted)
            return;
        if (Count <= FewCopies)
        {
            SortFew();
            return;
        }
        if (otherCells.Length < Count)
            (otherCells, otherPlaces, otherRows) = (new long[cells.Length], new long[cells.Length], new int[cells.Length]);
        for (int shift = 0; shift < 63; shift += DigitBits)
            if (((varying >> shift) & ((1 << DigitBits) - 1)) != 0)
                SortByDigit(shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SortFew()
    {
        for (int i = 1; i < Count; i++)
        {
            (long cell, long place, int row) = (cells[i], places[i], rows[i]);
            int to = i;
            for (; to > 0 && cells[to - 1] > cell; to--)
                (cells[to], places[to], rows[to]) = (cells[to - 1], places[to - 1], rows[to - 1]);
            (cells[to], places[to], rows[to]) = (cell, place, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SortByDigit(int shift)
    {
        Span<int> starts = stackalloc int[(1 << DigitBits) + 1];
        starts.Clear();
        for (int i = 0; i < Count; i++)
            starts[(int)((cells[i] >> shift) & ((1 << DigitBits) - 1)) + 1]++;
        for (int digit = 1; digit < starts.Length; digit++)
            starts[digit] += starts[digit - 1];
        for (int i = 0; i < Count; i++)
        {
            int to = starts[(int)((cells[i] >> shift) & ((1 << DigitBits) - 1))]++;
            (otherCells[to], otherPlaces[to], otherRows[to]) = (cells[i], places[i], rows[i]);
        }
        (cells, otherCells, places, otherPlaces, rows, otherRows) = (otherCells, cells, otherPlaces, places, otherRows, rows);
    }

    private void Reserve(int more)
    {
        if (cells.Length - Count >= more)
            return;
        int length = Math.Max(Count + more, Math.Max(2 * cells.Length, 1024));
        Array.Resize(ref cells, length);
        Array.Resize(ref places, length);
        Array.Resize(ref rows, length);
        (otherCells, otherPlaces, otherRows) = ([], [], []);
    }

    /// <summary>Releases the memory that only sorting needs.</summary>
    internal void Trim() => (otherCells, otherPlaces, otherRows) = ([], [], []);
}
