namespace Pile.CrossMatch;

/// <summary>What a column of a result belongs to: where that is missing in a row, so is its value.</summary>
internal enum ResultPart
{
    /// <summary>The row of A.</summary>
    A,

    /// <summary>The row of B.</summary>
    B,

    /// <summary>The pair.</summary>
    Pair,
}
