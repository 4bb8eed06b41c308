namespace Pile.CrossMatch;

/// <summary>The counts of one side after A in a match of several sides.</summary>
/// <param name="Letter">The letter of the side: b, c, ….</param>
/// <param name="Name">The name of the side.</param>
/// <param name="Pairs">The number of pairs of A and the side; in a match of groups, of all sides before and the side.</param>
/// <param name="Rows">The number of rows of the side.</param>
/// <param name="WithoutMatch">The number of rows of the side in no pair; in a match of groups, in no group.</param>
internal sealed record SideCounts(char Letter, string Name, long Pairs, long Rows, long WithoutMatch);
