namespace Pile.CrossMatch;

/// <summary>The part of a row to which a column belongs. If the part is missing in a row, the value is too.</summary>
internal enum ResultPart
{
    /// <summary>The row of A.</summary>
    A,

    /// <summary>The row of B.</summary>
    B,

    /// <summary>The pair.</summary>
    Pair,
}
