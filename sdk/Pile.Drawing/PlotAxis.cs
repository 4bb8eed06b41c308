namespace Pile.Drawing;

/// <summary>An axis of a plot.</summary>
/// <param name="Name">The quantity.</param>
/// <param name="Unit">Its unit for display; empty for none.</param>
/// <param name="Range">The span.</param>
/// <param name="IsReversed">True for magnitudes: values decrease upwards or to the right.</param>
internal sealed record PlotAxis(string Name, string Unit, ValueRange Range, bool IsReversed = false);
