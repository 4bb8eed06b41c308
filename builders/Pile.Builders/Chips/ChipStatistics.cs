namespace Pile.Builders;

/// <summary>The counts of an indexer for a chip.</summary>
/// <param name="NodataPixels">The pixels without data, including those outside the raster
/// (<see cref="ChipBlock.OutsidePixels"/>).</param>
/// <param name="CloudPixels">The cloudy pixels; null if they are unknown.</param>
/// <param name="ClearPixels">The pixels with data and without cloud; null if they are unknown.</param>
public readonly record struct ChipStatistics(int NodataPixels, int? CloudPixels, int? ClearPixels);
