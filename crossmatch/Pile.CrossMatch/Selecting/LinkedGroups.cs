using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>The groups of friends of a self match: rows that are connected by pairs.</summary>
/// <param name="groups">The group of each row with a position, from 1; 0 for none.</param>
/// <param name="sizes">The number of rows of each group.</param>
/// <param name="pairs">The pairs that connect them.</param>
internal sealed class LinkedGroups(int[] groups, List<int> sizes, PairCounts pairs)
{
    /// <summary>The number of groups.</summary>
    internal long Count => sizes.Count;

    /// <summary>The pairs that connect the rows.</summary>
    internal PairCounts Pairs => pairs;

    /// <summary>Returns the group of a row; 0 for none, also for rows without a position.</summary>
    internal int GroupOf(int row) => row < groups.Length ? groups[row] : 0;

    /// <summary>Returns the number of rows in the group of a row; 0 for a row without a group.</summary>
    internal int SizeOf(int row) => GroupOf(row) is > 0 and int group ? sizes[group - 1] : 0;

    /// <summary>Writes the selected rows: those in a group, those in none, or all.</summary>
    /// <param name="side">The side.</param>
    /// <param name="join">Left for all rows, anti for those in no group, otherwise those in a group.</param>
    /// <param name="sink">Receives the rows in their order, in blocks.</param>
    /// <param name="cancellationToken">Cancels the writing between two blocks.</param>
    internal void Write(PreparedSide side, MatchJoin join, IPairSink sink, CancellationToken cancellationToken)
    {
        PairBuffer block = new();
        for (int first = 0; first < side.RowCount; first += SortedPositions.ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (block.Count, block.FirstRowA, block.EndRowA) = (0, first, Math.Min(first + SortedPositions.ChunkRows, side.RowCount));
            block.Reserve(SortedPositions.ChunkRows);
            for (int row = first; row < block.EndRowA; row++)
                if ((side.Selected is null || side.Selected[row])
                    && (join == MatchJoin.Left || GroupOf(row) == 0 == (join == MatchJoin.Anti)))
                    block.Add(row, -1, double.NaN);
            sink.Prepare(block);
            sink.Place(block);
            sink.Write(block);
        }
    }
}
