namespace Pile.Publishing.Copying;

/// <summary>A file of the dataset to copy.</summary>
/// <param name="Path">Its path in the dataset.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
internal sealed record ListedFile(string Path, long Bytes, string Sha256);
