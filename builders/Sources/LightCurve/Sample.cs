namespace Pile.Builders.Sources.LightCurve;

/// <summary>One measurement of an object.</summary>
/// <param name="Band">The number of the band.</param>
/// <param name="Time">The time in the source's time axis; NaN if missing.</param>
/// <param name="Flux">The flux.</param>
/// <param name="FluxErr">The standard error of the flux; NaN if missing.</param>
/// <param name="Quality">The flags.</param>
internal readonly record struct Sample(int Band, double Time, double Flux, double FluxErr, long Quality);
