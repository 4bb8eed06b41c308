namespace Pile.CrossMatch;

/// <summary>Which rows the result has.</summary>
public enum MatchJoin
{
    /// <summary>Pairs alone (STILTS <c>1and2</c>).</summary>
    Inner,

    /// <summary>Pairs, and every row of A without a partner (STILTS <c>all1</c>).</summary>
    Left,
}
