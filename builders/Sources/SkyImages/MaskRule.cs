using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Which values of a mask make an element bad: the keys <c>bad</c> and <c>good</c> of a recipe.</summary>
internal sealed class MaskRule
{
    private const long AnyBit = -1;

    private readonly long badBits;
    private readonly long[]? good;

    private MaskRule(long badBits, long[]? good) => (this.badBits, this.good) = (badBits, good);

    /// <summary>All values but 0 are bad.</summary>
    internal static MaskRule Nonzero { get; } = new(AnyBit, null);

    /// <summary>True if single bits count, so that a value must have bits.</summary>
    internal bool HasBits => badBits != AnyBit;

    /// <summary>Returns whether a value is bad. Of an unknown value, all bits are set, and it is not a good one.</summary>
    internal bool IsBad(long value) => good is null ? (value & badBits) != 0 : !good.Contains(value);

    /// <summary>Reads the keys; the caller checks which keys the mask has.</summary>
    /// <param name="mask">The mask; null for none.</param>
    /// <param name="element">What a value marks in messages: pixel or voxel.</param>
    /// <param name="maximum">The largest value of the mask.</param>
    /// <exception cref="DocumentInvalidException">A key is misused; line and column are named.</exception>
    internal static MaskRule Read(YamlMap? mask, string element, long maximum)
    {
        YamlScalar? bad = mask?.Find("bad")?.AsScalar();
        if (mask?.Find("good") is not { } good)
            return bad is null ? Nonzero : new(BitsOf(bad, element, maximum), null);
        if (bad is not null)
            throw bad.Invalid("'bad' and 'good' exclude each other: with 'good', all other values are bad");
        YamlScalar[] values = good is YamlList list ? [.. list.Items.Select(item => item.AsScalar())] : [good.AsScalar()];
        return values.Length == 0 ? throw good.Invalid($"expected the values of a good {element}")
            : new(0, Array.ConvertAll(values, v => v.AsInt64() is >= 0 and var value && value <= maximum ? value
                : throw v.Invalid($"expected a value that marks a {element} as good, such as 1, from 0 to {maximum}")));
    }

    private static long BitsOf(YamlScalar bad, string element, long maximum) => bad.Text == "nonzero" ? AnyBit
        : bad.AsInt64() is > 0 and var bits && bits <= maximum ? bits
            : throw bad.Invalid($"expected 'nonzero', or the sum of the bits that make a {element} bad. If other values are good than 0, "
                + "set 'good' to them");
}
