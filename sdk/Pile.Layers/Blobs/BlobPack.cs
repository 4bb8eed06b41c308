namespace Pile.Layers;

/// <summary>A file with the bytes of blobs end to end.</summary>
/// <param name="LocalPath">Its local copy; empty if it is not at hand.</param>
/// <param name="Sha256">Its SHA-256, which is its name.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record BlobPack(string LocalPath, string Sha256, long Bytes);
