namespace Pile.Bench.Harness;

/// <summary>A benchmark has no result: a peer is missing, or the results of the two sides differ. A missed target is not an
/// error.</summary>
public sealed class BenchFailedException(string message) : Exception(message);
