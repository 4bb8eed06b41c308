namespace Pile.Bench.Harness;

/// <summary>One timed pass over the work.</summary>
/// <param name="Seconds">The time.</param>
/// <param name="Checksum">The checksum of the result, which must be the same for both sides.</param>
internal readonly record struct Pass(double Seconds, string Checksum);
