using Pile.DuckDb;

namespace Pile.Review;

/// <summary>Merges two sides that are sorted by the same keys, and compares the rows that both have.</summary>
/// <remarks>Consecutive common rows are compared column by column, so that equal columns cost one comparison of memory for up to 2,048
/// rows.</remarks>
/// <param name="a">The rows of A.</param>
/// <param name="b">The rows of B.</param>
/// <param name="columns">The compared columns, in the order in which both sides return them.</param>
/// <param name="changes">Receives the differences.</param>
internal sealed class RowMerge(SideRows a, SideRows b, ComparedColumns columns, RowChanges changes)
{
    private readonly List<(int Row, int Column)> changed = [], unknown = [];
    private readonly bool[] differs = new bool[DuckDbChunkWriter.Capacity], all = new bool[DuckDbChunkWriter.Capacity];

    /// <summary>Receives rows without a counterpart that has the same position and id, which may be elsewhere in the other dataset; null if
    /// the sides are sorted by id, so that such a row was added or removed.</summary>
    internal (RowMarks A, RowMarks B)? Unmatched { get; init; }

    /// <summary>Processes the rows of the current chunks that can be decided.</summary>
    /// <returns>False at the end of both sides.</returns>
    internal bool Step()
    {
        bool hasA = a.Fill(), hasB = b.Fill();
        if (hasA && hasB)
            Merge();
        else if (hasA)
            for (; a.Row < a.RowCount; a.Row++)
                Leave(a, a.Row, Unmatched?.A, RowChange.Removed);
        else if (hasB)
            for (; b.Row < b.RowCount; b.Row++)
                Leave(b, b.Row, Unmatched?.B, RowChange.Added);
        return hasA || hasB;
    }

    private void Merge()
    {
        MergeKeys keysA = a.Keys(byId: Unmatched is null), keysB = b.Keys(byId: Unmatched is null);
        int i = a.Row, j = b.Row;
        while (i < a.RowCount && j < b.RowCount)
        {
            int firstA = i, firstB = j, order = 0;
            while (i < a.RowCount && j < b.RowCount && (order = keysA.CompareTo(i, keysB, j)) == 0)
                (i, j) = (i + 1, j + 1);
            if (i > firstA)
                Compare(firstA, firstB, i - firstA);
            if (order < 0)
                Leave(a, i++, Unmatched?.A, RowChange.Removed);
            else if (order > 0)
                Leave(b, j++, Unmatched?.B, RowChange.Added);
        }
        (a.Row, b.Row) = (i, j);
    }

    private void Leave(SideRows side, int row, RowMarks? marks, RowChange change)
    {
        if (marks is not null)
            marks.Add(side.Positions[row]);
        else
            changes.Add(side.IdAt(row), change);
    }

    private void Compare(int firstA, int firstB, int count)
    {
        changed.Clear();
        unknown.Clear();
        Span<bool> rows = differs.AsSpan(0, count);
        for (int column = 0; column < columns.Light.Length; column++)
            if (VectorComparison.Compare(a.Light(column), firstA, b.Light(column), firstB, rows))
                Collect(rows, changed, columns.Light[column].Index);
        for (int heavy = 0; heavy < columns.Heavy.Length; heavy++)
            if (FindUnknown(heavy, firstA, firstB, count))
                Collect(all.AsSpan(0, count), unknown, columns.Heavy[heavy].Index);
        if (changed.Count + unknown.Count == 0)
        {
            changes.AddUnchanged(count);
            return;
        }
        changed.Sort();
        unknown.Sort();
        for (int row = 0, nextChanged = 0, nextUnknown = 0; row < count; row++)
        {
            List<int> different = Take(changed, row, ref nextChanged), unread = Take(unknown, row, ref nextUnknown);
            if (different.Count + unread.Count == 0)
                changes.AddUnchanged(1);
            else
                changes.Add(new RowPair(a.IdAt(firstA + row), a.Positions[firstA + row], b.Positions[firstB + row], different, unread));
        }
    }

    /// <summary>Finds the rows whose values of a heavy column are not known to be equal, because their stored bytes differ.</summary>
    private bool FindUnknown(int heavy, int firstA, int firstB, int count)
    {
        Span<bool> found = all.AsSpan(0, count);
        if (!columns.Heavy[heavy].HasChecksums)
        {
            found.Fill(true);
            return true;
        }
        found.Clear();
        bool any = false;
        (int start, int end) = (a.PieceColumns(heavy).Start.Value, a.PieceColumns(heavy).End.Value);
        for (int column = start; column < end; column++)
            if (VectorComparison.Compare(a.Light(column), firstA, b.Light(column), firstB, differs.AsSpan(0, count)))
            {
                any = true;
                for (int row = 0; row < count; row++)
                    found[row] |= differs[row];
            }
        return any;
    }

    private static void Collect(ReadOnlySpan<bool> differs, List<(int Row, int Column)> into, int column)
    {
        for (int row = 0; row < differs.Length; row++)
            if (differs[row])
                into.Add((row, column));
    }

    private static List<int> Take(List<(int Row, int Column)> sorted, int row, ref int next)
    {
        List<int> columns = [];
        for (; next < sorted.Count && sorted[next].Row == row; next++)
            columns.Add(sorted[next].Column);
        return columns;
    }
}
