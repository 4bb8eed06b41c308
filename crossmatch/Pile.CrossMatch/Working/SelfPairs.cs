namespace Pile.CrossMatch;

/// <summary>What becomes of a pair when both sides are one; a row is never its own partner.</summary>
internal enum SelfPairs
{
    /// <summary>The sides are two.</summary>
    None,

    /// <summary>Two rows are one pair.</summary>
    Once,

    /// <summary>Two rows are two pairs: either may be the other's nearest.</summary>
    BothWays,
}
