using Pile.Builders;

namespace Pile.Examples.CloudIndexer;

/// <summary>Counts as cloud only what the USGS marks as cloud with high confidence.</summary>
/// <remarks>Source: Landsat 8-9 Collection 2 Level 2 Science Product Guide, QA_PIXEL: bit 0 is fill, bits 8 and 9 are the confidence that
/// the pixel is cloud (0 none, 1 low, 2 medium, 3 high).</remarks>
public sealed class ConfidentCloudIndexer() : ChipIndexer("confident-clouds", "qa_pixel", "QA_PIXEL.TIF")
{
    private const int Fill = 1, ConfidenceShift = 8, High = 3;

    /// <inheritdoc/>
    public override ChipStatistics Measure(in ChipBlock block)
    {
        int missing = block.OutsidePixels, cloudy = 0;
        for (int row = 0; row < block.Height; row++)
            foreach (ushort pixel in block.Row<ushort>(row))
                if ((pixel & Fill) != 0)
                    missing++;
                else if (((pixel >> ConfidenceShift) & High) == High)
                    cloudy++;
        return new ChipStatistics(missing, cloudy, (block.Size * block.Size) - missing - cloudy);
    }
}
