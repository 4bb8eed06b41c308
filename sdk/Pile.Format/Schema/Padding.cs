namespace Pile.Format;

/// <summary>The padding of a ragged column's rows up to the longest of their shard.</summary>
/// <param name="Value">The number; 1 is true for booleans. NaN when <see cref="IsEdge"/>.</param>
/// <param name="IsEdge">True to repeat the row's last element, as the Multimodal Universe does for fluxes.</param>
internal readonly record struct Padding(double Value, bool IsEdge = false)
{
    /// <summary>Zero, or false.</summary>
    public static Padding Zero => new(0);

    /// <summary>The last element of the row.</summary>
    public static Padding Edge => new(double.NaN, IsEdge: true);
}
