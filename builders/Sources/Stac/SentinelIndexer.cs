namespace Pile.Builders.Sources.Stac;

/// <summary>Sentinel-2 scene classification: 0 is no data, 1 saturated or defective, 3 cloud shadow, 8 and 9 cloud, 10 thin
/// cirrus.</summary>
internal sealed class SentinelIndexer() : FlagIndexer("sentinel-2", ["scl", "SCL"], [PixelFlag.OfClass(0)],
    [PixelFlag.OfClass(1), PixelFlag.OfClass(3), PixelFlag.OfClass(8), PixelFlag.OfClass(9), PixelFlag.OfClass(10)]);
