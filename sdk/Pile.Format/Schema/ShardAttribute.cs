namespace Pile.Format;

/// <summary>An attribute of the file or of a dataset in a shard.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">A <c>string</c>, <c>double</c>, <c>string[]</c>, <c>long[]</c> or <c>double[]</c>; null if the shard must not have
/// the attribute, because the manifest does not have what it states.</param>
internal readonly record struct ShardAttribute(string Name, object? Value);
