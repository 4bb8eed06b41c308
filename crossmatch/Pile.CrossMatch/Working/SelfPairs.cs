namespace Pile.CrossMatch;

/// <summary>How pairs of two rows are counted in a self match. A row is never its own partner.</summary>
internal enum SelfPairs
{
    /// <summary>The match has two sides.</summary>
    None,

    /// <summary>Two rows are one pair.</summary>
    Once,

    /// <summary>Two rows are two pairs, because either may be the other's nearest.</summary>
    BothWays,
}
