using System.Collections.Immutable;
using System.Text;

namespace Pile.CrossMatch;

/// <summary>Where on the sky the pairs of a match are: how many rows of A in them fall into each HEALPix cell.</summary>
/// <param name="Order">The order of the cells: the finest, up to 8, at which no more than <see cref="MostCells"/> are occupied.</param>
/// <param name="Cells">NESTED cells with their number of pairs, ascending; empty cells are left out.</param>
internal sealed record MatchDensity(int Order, ImmutableArray<(long Pixel, long Pairs)> Cells)
{
    /// <summary>More cells than this are not kept.</summary>
    public const int MostCells = 4096;

    /// <summary>The order at which pairs are counted.</summary>
    internal const int FinestOrder = 8;

    /// <summary>One line of JSON, as it stands in the metadata of a table of pairs.</summary>
    public string ToJson()
    {
        // Number by number: every match waits for this at its end, and a format for each cell is slow before it is compiled in full.
        StringBuilder json = new StringBuilder("{\"order\":").Append(Order).Append(",\"cells\":[");
        foreach ((long pixel, long pairs) in Cells.AsSpan())
            json.Append('[').Append(pixel).Append(',').Append(pairs).Append("],");
        if (!Cells.IsEmpty)
            json.Length--;
        return json.Append("]}").ToString();
    }
}
