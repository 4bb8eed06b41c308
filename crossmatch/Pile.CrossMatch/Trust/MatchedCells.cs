using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The numbers of matched and unmatched rows of a side by HEALPix cell.</summary>
/// <param name="Order">The order of the cells.</param>
/// <param name="Cells">NESTED cells with rows, ascending.</param>
internal sealed record MatchedCells(int Order, (long Pixel, int Matched, int Unmatched)[] Cells)
{
    private const int FinestOrder = 16, MostCells = 4096;

    /// <summary>Counts the selected rows of a side.</summary>
    internal static MatchedCells Of(SortedPositions side, RowSet matched, RowSet? selected, int workers)
    {
        int order = 0;
        while (order < FinestOrder && SharedFootprint.Occupied(side, order + 1, workers).Count is var finer && finer <= MostCells
            && 2L * finer <= side.Count)
            order++;
        int shift = 2 * (Healpix.MaxOrder - order);
        List<(long Pixel, int Matched, int Unmatched)> cells = [];
        (long Pixel, int Matched, int Unmatched) cell = (-1, 0, 0);
        for (int chunk = 0; chunk < side.ChunkCount; chunk++)
        {
            ReadOnlySpan<long> healpix29 = side.Healpix29(chunk);
            for (int i = 0, row = chunk << SortedPositions.ChunkShift; i < healpix29.Length; i++, row++)
            {
                if (selected is not null && !selected[row])
                    continue;
                if (healpix29[i] >> shift != cell.Pixel)
                {
                    if (cell.Pixel >= 0)
                        cells.Add(cell);
                    cell = (healpix29[i] >> shift, 0, 0);
                }
                if (matched[row])
                    cell.Matched++;
                else
                    cell.Unmatched++;
            }
            side.ReleaseBehind(chunk);
        }
        if (cell.Pixel >= 0)
            cells.Add(cell);
        return new MatchedCells(order, [.. cells]);
    }
}
