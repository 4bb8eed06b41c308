using System.Collections.Immutable;

namespace Pile.Earth;

/// <summary>A flag of a bit mask, as an Open Data Cube product defines it in <c>flags_definition</c>.</summary>
internal sealed class Flag
{
    /// <summary>Creates a flag.</summary>
    /// <param name="name">The name, for example <c>cloud_shadow</c>.</param>
    /// <param name="bits">Its bits, 0 to 63, in any order.</param>
    /// <param name="values">The labels of its values; a value counts from the flag's lowest bit. Booleans are <c>true</c> and
    /// <c>false</c>.</param>
    /// <exception cref="FormatException">A bit is not one of a pixel's or is repeated, or a value does not fit the bits or is
    /// repeated.</exception>
    internal Flag(string name, IEnumerable<int> bits, IEnumerable<(long Value, string Label)> values)
    {
        (Name, Bits, Values) = (name, [.. bits.Order()], [.. values]);
        if (Bits.IsEmpty || Bits[0] < 0 || Bits[^1] > 63 || Bits.Distinct().Count() != Bits.Length)
            throw new FormatException($"The flag '{name}' has the bits {string.Join(", ", Bits)}; expected different bits from 0 to 63.");
        foreach (int bit in Bits)
            Mask |= 1UL << bit;
        foreach ((long value, string label) in Values)
            if (value < 0 || (Shifted(value) >> Bits[0]) != (ulong)value || (Shifted(value) & ~Mask) != 0)
                throw new FormatException($"The flag '{name}' has the value {value} ('{label}'), which its bits "
                    + $"{string.Join(", ", Bits)} cannot have.");
        if (Values.DistinctBy(v => v.Value).Count() != Values.Length)
            throw new FormatException($"The flag '{name}' has two labels for one value.");
    }

    internal string Name { get; }

    /// <summary>The bits in ascending order.</summary>
    internal ImmutableArray<int> Bits { get; }

    internal ImmutableArray<(long Value, string Label)> Values { get; }

    /// <summary>The bits as a mask of a pixel.</summary>
    internal ulong Mask { get; }

    /// <summary>Returns the label of a pixel's value; null if the definition has no label for it.</summary>
    internal string? LabelOf(ulong pixel)
    {
        foreach ((long value, string label) in Values)
            if ((pixel & Mask) == Shifted(value))
                return label;
        return null;
    }

    /// <summary>Returns the masked pixels that have a label.</summary>
    /// <exception cref="FormatException">No value has it.</exception>
    internal ulong[] PixelsOf(string label)
    {
        ulong[] pixels = [.. Values.Where(v => v.Label == label).Select(v => Shifted(v.Value))];
        return pixels.Length > 0 ? pixels : throw new FormatException($"The flag '{Name}' has no value '{label}'; it has "
            + $"{string.Join(", ", Values.Select(v => $"'{v.Label}'"))}.");
    }

    private ulong Shifted(long value) => (ulong)value << Bits[0];
}
