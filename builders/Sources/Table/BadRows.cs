using System.Globalization;
using Pile.Format;

namespace Pile.Builders.Sources.Table;

/// <summary>Collects the skipped rows of one table, and maps the rows of the table to rows of the file.</summary>
/// <remarks>A line with too many or too few fields is not a row of the table, so the number of a row in the file can be larger than in the
/// table.</remarks>
internal sealed class BadRows(BuildContext context, SourceUnit unit)
{
    private readonly SortedDictionary<long, ValueInvalidException> found = [];
    private readonly Queue<(long FileRow, string Reason)> lines = new();
    private long linesBefore, skipped;
    private bool hasBegun;

    /// <summary>True if a bad row was found so far.</summary>
    internal bool Any => linesBefore + lines.Count + skipped + found.Count > 0;

    /// <summary>Starts collecting lines. Before, the types of a text file are determined, which also reads its lines.</summary>
    internal void Begin() => hasBegun = true;

    /// <summary>Adds a line of the file that is not a row of the table.</summary>
    internal void AddMissingRow(ValueInvalidException bad)
    {
        if (hasBegun)
            lines.Enqueue((bad.Row, bad.Finding));
    }

    /// <summary>Adds a bad value in a row of the table.</summary>
    internal void Add(ValueInvalidException bad) => found.TryAdd(bad.Row, bad);

    internal bool Contains(long tableRow) => found.ContainsKey(tableRow);

    /// <summary>Forgets the bad values in rows that a filter drops. If bad rows are not skipped, the first of the others is an
    /// error.</summary>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="isKept">For each row of the batch whether it is kept.</param>
    /// <param name="end">The number of rows of the batch that are wanted.</param>
    /// <exception cref="ValueInvalidException">A kept row has a bad value.</exception>
    internal void Drop(long firstRow, ReadOnlySpan<bool> isKept, int end)
    {
        foreach ((long row, ValueInvalidException bad) in found.ToArray())
            if (!isKept[(int)(row - firstRow)])
                found.Remove(row);
            else if (!context.SkipsBadRows && row < firstRow + end)
                throw bad;
        if (!context.SkipsBadRows)
            found.Clear();
    }

    /// <summary>Lists the bad rows of a batch as skipped, and numbers the others.</summary>
    /// <param name="firstRow">The batch's first row in the table.</param>
    /// <param name="checkedRows">The number of rows of the batch that are checked; bad rows after them are ignored.</param>
    /// <param name="kept">The rows of the batch that are kept, ascending.</param>
    /// <returns>The row of the file of each kept row.</returns>
    internal long[] Skip(long firstRow, int checkedRows, ReadOnlySpan<int> kept)
    {
        long[] fileRows = new long[kept.Length];
        int next = 0;
        for (int i = 0; i < checkedRows; i++)
        {
            Skips(firstRow + i, out long fileRow);
            if (next < kept.Length && kept[next] == i)
                fileRows[next++] = fileRow;
        }
        found.Clear();
        return fileRows;
    }

    /// <summary>Returns whether a row is bad, and lists it and the lines before it as skipped. Call it for ascending rows.</summary>
    /// <param name="row">The row of the table.</param>
    /// <param name="fileRow">The row of the file.</param>
    internal bool Skips(long row, out long fileRow)
    {
        while (lines.TryPeek(out (long FileRow, string Reason) line) && line.FileRow <= row + linesBefore)
        {
            Skip(line.FileRow, line.Reason);
            lines.Dequeue();
            linesBefore++;
        }
        fileRow = row + linesBefore;
        if (!found.Remove(row, out ValueInvalidException? bad))
            return false;
        Skip(fileRow, bad.Finding);
        return true;
    }

    /// <summary>Lists the lines after the last row as skipped, and reports the number of skipped rows.</summary>
    internal void Complete(bool areAllRead)
    {
        while (areAllRead && lines.TryDequeue(out (long FileRow, string Reason) line))
        {
            Skip(line.FileRow, line.Reason);
            linesBefore++;
        }
        if (skipped > 0)
            context.Report($"{skipped.ToString(CultureInfo.InvariantCulture)} {(skipped == 1 ? "row was" : "rows were")} skipped; "
                + $"skipped.csv lists {(skipped == 1 ? "it" : "them")}.");
    }

    /// <summary>The number of lines that are not rows of the table, up to the last checked row.</summary>
    internal long LinesBefore => linesBefore;

    private void Skip(long fileRow, string reason)
    {
        skipped++;
        context.Skip(unit.Id, fileRow, reason);
    }
}
