namespace Pile.Format;

/// <summary>The meaning of a mask's values.</summary>
public enum MaskPolarity
{
    /// <summary>True marks a good element, as in image masks of the Multimodal Universe.</summary>
    TrueIsGood,

    /// <summary>True marks a bad element, as in spectrum masks of the Multimodal Universe.</summary>
    TrueIsBad,

    /// <summary>Zero of an integer mask marks a good element; bits or codes define what is wrong.</summary>
    ZeroIsGood,
}
