using System.Collections.Immutable;

namespace Pile.CrossMatch;

/// <summary>Where on the sky the pairs of a match are: how many rows of A in them fall into each HEALPix cell.</summary>
/// <param name="Order">The order of the cells: the finest, up to 8, at which no more than <see cref="MostCells"/> are occupied.</param>
/// <param name="Cells">NESTED cells with their number of pairs, ascending; empty cells are left out.</param>
public sealed record MatchDensity(int Order, ImmutableArray<(long Pixel, long Pairs)> Cells)
{
    /// <summary>More cells than this are not kept.</summary>
    public const int MostCells = 4096;

    /// <summary>One line of JSON, as it stands in the metadata of a table of pairs.</summary>
    public string ToJson() => FormattableString.Invariant($"{{\"order\":{Order},\"cells\":[{string.Join(',', Cells.Select(c => FormattableString.Invariant($"[{c.Pixel},{c.Pairs}]")))}]}}");
}
