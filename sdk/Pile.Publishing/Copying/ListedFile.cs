namespace Pile.Publishing.Copying;

/// <summary>A file that a copy must have.</summary>
/// <param name="Path">Its path in the dataset.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
internal sealed record ListedFile(string Path, long Bytes, string Sha256);
