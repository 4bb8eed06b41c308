namespace Pile.Drawing;

/// <summary>Maps rows of an image array to rows on the screen.</summary>
internal static class ImageRows
{
    /// <summary>Returns the number of rows of a plane.</summary>
    /// <exception cref="ArgumentException">The plane is empty or not a whole number of rows.</exception>
    public static int Count(int pixelCount, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return pixelCount > 0 && pixelCount % width == 0
            ? pixelCount / width
            : throw new ArgumentException($"Expected whole rows of {width} pixels, got {pixelCount} pixels.");
    }

    /// <summary>Returns the row of the array that is drawn as row y from the top.</summary>
    public static int Source(int y, int height, RowOrder rows) => rows is RowOrder.BottomUp ? height - 1 - y : y;
}
