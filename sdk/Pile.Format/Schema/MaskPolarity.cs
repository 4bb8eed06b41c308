namespace Pile.Format;

/// <summary>How a mask is to be read.</summary>
public enum MaskPolarity
{
    /// <summary>True marks a good element, as the Multimodal Universe's image masks.</summary>
    TrueIsGood,

    /// <summary>True marks a bad element, as the Multimodal Universe's spectrum masks.</summary>
    TrueIsBad,

    /// <summary>An integer: zero is good, bits or codes say what is wrong.</summary>
    ZeroIsGood,
}
