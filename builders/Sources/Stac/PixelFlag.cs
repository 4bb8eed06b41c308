namespace Pile.Builders.Sources.Stac;

/// <summary>A flag of a pixel: some of its bits have a value.</summary>
/// <param name="Mask">The bits.</param>
/// <param name="Value">Their value.</param>
internal readonly record struct PixelFlag(ulong Mask, ulong Value)
{
    /// <summary>A flag of one bit.</summary>
    /// <param name="bit">The number of the bit, from 0.</param>
    internal static PixelFlag OfBit(int bit) => new(1UL << bit, 1UL << bit);

    /// <summary>A flag that is a class: all bits count.</summary>
    internal static PixelFlag OfClass(long value) => new(ulong.MaxValue, unchecked((ulong)value));

    /// <summary>Returns whether a pixel has the flag.</summary>
    internal bool Is(ulong pixel) => (pixel & Mask) == Value;
}
