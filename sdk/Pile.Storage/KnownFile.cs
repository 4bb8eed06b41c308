namespace Pile.Storage;

/// <summary>What is known of a file before it is asked for; nothing by default.</summary>
/// <param name="Bytes">Its length; null when it is not known.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal; null when it is not known.</param>
internal readonly record struct KnownFile(long? Bytes, string? Sha256);
