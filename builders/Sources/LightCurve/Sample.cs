namespace Pile.Builders.Sources.LightCurve;

/// <summary>One measurement of an object.</summary>
/// <param name="Band">The number of its band.</param>
/// <param name="Time">When, as the source counts; NaN where it does not say.</param>
/// <param name="Flux">The flux.</param>
/// <param name="FluxErr">Its standard error; NaN where there is none.</param>
/// <param name="Quality">Its flags.</param>
internal readonly record struct Sample(int Band, double Time, double Flux, double FluxErr, long Quality);
