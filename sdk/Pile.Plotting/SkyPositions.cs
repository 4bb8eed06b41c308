namespace Pile.Plotting;

/// <summary>Positions of objects of a catalogue.</summary>
/// <param name="Name">The catalogue.</param>
/// <param name="RaDeg">ICRS degrees, NaN for missing.</param>
/// <param name="DecDeg">ICRS degrees.</param>
internal sealed record SkyPositions(string Name, double[] RaDeg, double[] DecDeg);
