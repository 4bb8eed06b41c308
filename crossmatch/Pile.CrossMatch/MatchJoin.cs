namespace Pile.CrossMatch;

/// <summary>The rows of the result.</summary>
public enum MatchJoin
{
    /// <summary>Only pairs (STILTS <c>1and2</c>).</summary>
    Inner,

    /// <summary>Pairs, and every row of A without a partner (STILTS <c>all1</c>).</summary>
    Left,

    /// <summary>Pairs, and every row of B without a partner (STILTS <c>all2</c>).</summary>
    Right,

    /// <summary>Pairs, and every row without a partner (STILTS <c>1or2</c>).</summary>
    Full,

    /// <summary>Rows of A without a partner, and no pairs (STILTS <c>1not2</c>).</summary>
    Anti,

    /// <summary>Rows of B without a partner, and no pairs (STILTS <c>2not1</c>).</summary>
    RightAnti,

    /// <summary>Rows of either side without a partner, and no pairs (STILTS <c>1xor2</c>).</summary>
    Xor,
}
