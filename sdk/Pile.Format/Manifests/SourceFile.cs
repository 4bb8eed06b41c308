namespace Pile.Format;

/// <summary>A file that a dataset was made of.</summary>
/// <param name="Uri">Its name as the recipe's globs reach it, or its address; never a path of one machine.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
public sealed record SourceFile(string Uri, long Bytes, string Sha256);
