namespace Pile.Storage;

/// <summary>A file that a store lists.</summary>
/// <param name="Path">Its path, relative to the store's address.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct StoredFile(string Path, long Bytes);
