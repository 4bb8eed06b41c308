using System.Globalization;
using Pile.Format;

namespace Pile.Builders.Sources.Table;

/// <summary>The rows of one table that are skipped, and the rows of the file that the others are.</summary>
/// <remarks>A line with too many or too few fields is not a row of the table, so that a row's number in the file can be larger than in the
/// table.</remarks>
internal sealed class BadRows(BuildContext context, SourceUnit unit)
{
    private readonly SortedDictionary<long, string> found = [];
    private readonly Queue<(long FileRow, string Reason)> lines = new();
    private long linesBefore, skipped;
    private bool hasBegun;

    /// <summary>True if a row of the file was found to be bad so far.</summary>
    internal bool Any => linesBefore + lines.Count + skipped + found.Count > 0;

    /// <summary>Ends the opening of the table, in which a text file is read once for its types.</summary>
    internal void Begin() => hasBegun = true;

    /// <summary>Takes a line of the file that is not a row of the table.</summary>
    internal void AddMissingRow(ValueInvalidException bad)
    {
        if (hasBegun)
            lines.Enqueue((bad.Row, bad.Finding));
    }

    /// <summary>Takes a bad value of a row of the table.</summary>
    internal void Add(ValueInvalidException bad) => found.TryAdd(bad.Row, bad.Finding);

    internal bool Contains(long tableRow) => found.ContainsKey(tableRow);

    /// <summary>Lists the bad rows of a batch as skipped, and numbers the others.</summary>
    /// <param name="firstRow">The batch's first row in the table.</param>
    /// <param name="judged">Rows of the batch that are judged; bad ones behind them are forgotten.</param>
    /// <param name="kept">The rows of the batch that are kept, ascending.</param>
    /// <returns>The row of the file of each kept row.</returns>
    internal long[] Skip(long firstRow, int judged, ReadOnlySpan<int> kept)
    {
        long[] fileRows = new long[kept.Length];
        int next = 0;
        for (int i = 0; i < judged; i++)
        {
            long row = firstRow + i;
            while (lines.TryPeek(out (long FileRow, string Reason) line) && line.FileRow <= row + linesBefore)
            {
                Tell(line.FileRow, line.Reason);
                lines.Dequeue();
                linesBefore++;
            }
            if (found.Remove(row, out string? reason))
                Tell(row + linesBefore, reason);
            if (next < kept.Length && kept[next] == i)
                fileRows[next++] = row + linesBefore;
        }
        found.Clear();
        return fileRows;
    }

    /// <summary>Lists the lines behind the last row, and says how many rows were skipped.</summary>
    internal void Complete(bool areAllRead)
    {
        while (areAllRead && lines.TryDequeue(out (long FileRow, string Reason) line))
        {
            Tell(line.FileRow, line.Reason);
            linesBefore++;
        }
        if (skipped > 0)
            context.Report($"{skipped.ToString(CultureInfo.InvariantCulture)} {(skipped == 1 ? "row was" : "rows were")} skipped; "
                + $"skipped.csv lists {(skipped == 1 ? "it" : "them")}.");
    }

    /// <summary>Lines of the file that were no rows, up to the row that was judged last.</summary>
    internal long LinesBefore => linesBefore;

    private void Tell(long fileRow, string reason)
    {
        skipped++;
        context.Skip(unit.Id, fileRow, reason);
    }
}
