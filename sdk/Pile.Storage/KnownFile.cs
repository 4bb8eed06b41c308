namespace Pile.Storage;

/// <summary>The known properties of a file; by default none.</summary>
/// <param name="Bytes">The length; null if unknown.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal; null if unknown.</param>
internal readonly record struct KnownFile(long? Bytes, string? Sha256);
