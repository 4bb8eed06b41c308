namespace Pile.Builders.Sources.Stac;

/// <summary>What an indexer counts in a chip.</summary>
/// <param name="NodataPixels">The pixels without data, those outside the raster included.</param>
/// <param name="CloudPixels">The cloudy pixels; null if the indexer cannot tell.</param>
/// <param name="ClearPixels">The pixels with data and without cloud; null if the indexer cannot tell.</param>
internal readonly record struct ChipStatistics(int NodataPixels, int? CloudPixels, int? ClearPixels);
