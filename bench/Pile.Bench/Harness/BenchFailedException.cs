namespace Pile.Bench.Harness;

/// <summary>A figure cannot be had: a peer is missing, or two sides disagree about what they read. A slow figure is none of
/// these.</summary>
public sealed class BenchFailedException(string message) : Exception(message);
