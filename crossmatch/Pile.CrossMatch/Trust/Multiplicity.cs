namespace Pile.CrossMatch;

/// <summary>How many rows of a side have how many partners.</summary>
/// <param name="One">The number of rows with one partner.</param>
/// <param name="Two">The number of rows with two.</param>
/// <param name="Three">The number of rows with three.</param>
/// <param name="More">The number of rows with four or more.</param>
internal readonly record struct Multiplicity(long One, long Two, long Three, long More)
{
    /// <summary>The number of values.</summary>
    internal const int Levels = 4;

    /// <summary>Computes the numbers from the rows with at least 1, and at least 2, 3 and 4 partners.</summary>
    internal static Multiplicity Of(long atLeastOne, ReadOnlySpan<long> atLeast) =>
        new(atLeastOne - atLeast[0], atLeast[0] - atLeast[1], atLeast[1] - atLeast[2], atLeast[2]);
}
