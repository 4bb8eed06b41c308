namespace Pile.Storage;

/// <summary>A file that a store lists.</summary>
/// <param name="Path">The path, relative to the store's address.</param>
/// <param name="Bytes">The length.</param>
internal readonly record struct StoredFile(string Path, long Bytes);
