namespace Pile.Drawing;

/// <summary>Rows of an image array and rows on the screen.</summary>
internal static class ImageRows
{
    /// <summary>How many rows a plane has.</summary>
    /// <exception cref="ArgumentException">The plane is empty or no whole number of rows.</exception>
    public static int Count(int pixelCount, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return pixelCount > 0 && pixelCount % width == 0
            ? pixelCount / width
            : throw new ArgumentException($"Expected whole rows of {width} pixels, got {pixelCount} pixels.");
    }

    /// <summary>The row of the array that is drawn as row y from the top.</summary>
    public static int Source(int y, int height, RowOrder rows) => rows is RowOrder.BottomUp ? height - 1 - y : y;
}
