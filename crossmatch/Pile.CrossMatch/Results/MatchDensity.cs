using System.Collections.Immutable;
using System.Text;

namespace Pile.CrossMatch;

/// <summary>The number of pairs of a match in each HEALPix cell, by the position of A.</summary>
/// <param name="Order">The order of the cells: the finest, up to 8, at which at most <see cref="MaxCells"/> are occupied.</param>
/// <param name="Cells">NESTED cells with their number of pairs, ascending, without empty cells.</param>
internal sealed record MatchDensity(int Order, ImmutableArray<(long Pixel, long Pairs)> Cells)
{
    /// <summary>The maximum number of cells.</summary>
    public const int MaxCells = 4096;

    /// <summary>The order at which pairs are counted.</summary>
    internal const int FinestOrder = 8;

    /// <summary>Returns one line of JSON for the metadata of a table of pairs.</summary>
    public string ToJson()
    {
        // Appends the numbers without a format string, which is slow in code that is not optimized yet; every match waits for this.
        StringBuilder json = new StringBuilder("{\"order\":").Append(Order).Append(",\"cells\":[");
        foreach ((long pixel, long pairs) in Cells.AsSpan())
            json.Append('[').Append(pixel).Append(',').Append(pairs).Append("],");
        if (!Cells.IsEmpty)
            json.Length--;
        return json.Append("]}").ToString();
    }
}
