namespace Pile.Bench.Harness;

/// <summary>One timed pass over the work.</summary>
/// <param name="Seconds">Its time.</param>
/// <param name="Checksum">What came of it; both sides must have the same.</param>
internal readonly record struct Pass(double Seconds, string Checksum);
