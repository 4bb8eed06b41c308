namespace Pile.Earth;

/// <summary>Transforms positions in place; longitude and latitude in degrees on the geographic side, longitude as x.</summary>
/// <param name="x">Eastings or longitudes, shape [n]; NaN on return for positions that do not project.</param>
/// <param name="y">Northings or latitudes, shape [n]; NaN on return for positions that do not project.</param>
/// <returns>The number of positions that do not project.</returns>
internal delegate int CoordinateTransform(Span<double> x, Span<double> y);
