using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>The meaning of bits of a band: one entry of ODC's <c>flags_definition</c>.</summary>
/// <param name="Name">The name, such as <c>cloud_shadow</c>.</param>
/// <param name="Description">The description; null if it has none.</param>
/// <param name="Bits">The bits from 0 (least significant), in the order of the definition.</param>
/// <param name="Values">The meaning of each value of these bits: an integer, and a word, true or false as JSON. The value is that of the
/// bits shifted down to bit 0, as ODC masks them.</param>
internal sealed record FlagDefinition(string Name, string? Description, ImmutableArray<int> Bits,
    ImmutableArray<KeyValuePair<long, JsonValue>> Values)
{
    /// <summary>The bits as a mask.</summary>
    internal ulong Mask => Bits.Aggregate(0UL, (mask, bit) => mask | (1UL << bit));
}
