namespace Pile.Builders.Sources.Stac;

/// <summary>A row of an index of stacchip.</summary>
/// <param name="File">The file.</param>
/// <param name="Row">The row in the file, from 0.</param>
/// <param name="Id">The id of the chip.</param>
/// <param name="X">Its column in the grid of chips.</param>
/// <param name="Y">Its row in the grid of chips.</param>
/// <param name="CloudShare">The share of cloudy pixels; NaN if it is not known.</param>
/// <param name="NodataShare">The share of pixels without data; NaN if it is not known.</param>
/// <param name="Date">The date; null if it is not known.</param>
/// <param name="Bounds">West, south, east and north of the footprint in degrees; null if it is not known.</param>
internal sealed record IndexedChip(string File, long Row, string Id, int X, int Y, float CloudShare, float NodataShare, DateOnly? Date,
    (float West, float South, float East, float North)? Bounds);
