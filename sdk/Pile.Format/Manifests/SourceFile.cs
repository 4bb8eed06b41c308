namespace Pile.Format;

/// <summary>A file that a dataset was built from.</summary>
/// <param name="Uri">Its path relative to the recipe's globs, or its address; never a path specific to one machine.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
public sealed record SourceFile(string Uri, long Bytes, string Sha256);
