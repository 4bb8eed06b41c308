namespace Pile.CrossMatch;

/// <summary>What a side is, in words that do not depend on where it lies.</summary>
/// <param name="Kind"><c>dataset</c> or <c>table</c>.</param>
/// <param name="Name">The dataset's name, the table's file name.</param>
/// <param name="Version">The dataset's version; null for a table.</param>
/// <param name="Sha256">A dataset's contents in lower-case hexadecimal: SHA-256 of what <c>sha256sum</c> prints of its shards and tiles by
/// their paths. Null for a table, whose rows tell.</param>
/// <param name="Selection">What was chosen of it; empty for everything.</param>
/// <param name="Stamp">Sizes, times and checksums of its files: they tell a side that changes under the match. Of no meaning
/// elsewhere.</param>
internal sealed record SideIdentity(string Kind, string Name, string? Version, string? Sha256, string Selection, string Stamp);
