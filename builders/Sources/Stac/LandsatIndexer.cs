namespace Pile.Builders.Sources.Stac;

/// <summary>Landsat Collection 2, QA_PIXEL: bit 0 is fill, 1 dilated cloud, 3 cloud, 4 cloud shadow.</summary>
internal sealed class LandsatIndexer() : FlagIndexer("landsat", ["qa_pixel", "QA_PIXEL"], [PixelFlag.OfBit(0)],
    [PixelFlag.OfBit(1), PixelFlag.OfBit(3), PixelFlag.OfBit(4)]);
