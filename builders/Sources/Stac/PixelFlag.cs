using System.Numerics;
using Pile.Format;

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

    /// <summary>Returns the flag for the stored bits of a band; null if no pixel of the data type can have it.</summary>
    /// <param name="dtype">An integer type. The classes of a signed band may be negative, or be its bits as an unsigned number.</param>
    internal PixelFlag? For(DType dtype)
    {
        int bits = 8 * dtype.ElementBytes();
        ulong all = (1UL << bits) - 1;
        if (Mask != ulong.MaxValue)
            return Mask <= all ? this : null;
        long least = dtype is DType.Int8 or DType.Int16 or DType.Int32 ? -(1L << (bits - 1)) : 0, value = unchecked((long)Value);
        return value >= least && value <= (long)all ? new PixelFlag(all, Value & all) : null;
    }

    /// <summary>Names the flag for messages.</summary>
    public override string ToString() => Mask == ulong.MaxValue ? $"the class {unchecked((long)Value)}"
        : BitOperations.PopCount(Mask) == 1 ? $"the bit {BitOperations.TrailingZeroCount(Mask)}" : $"the bits {Mask:x}";

    /// <summary>Returns whether a pixel has the flag.</summary>
    internal bool Is(ulong pixel) => (pixel & Mask) == Value;
}
