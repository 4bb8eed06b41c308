namespace Pile.CrossMatch.Tests;

/// <summary>The sort of shifted positions.</summary>
public class PixelSortTests
{
    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(1, 12L << 58)]
    [InlineData(5000, 12L << 58)]
    [InlineData(200_000, 12L << 58)]
    [InlineData(200_000, 50_000)]
    [InlineData(5000, 300)]
    [InlineData(2000, 1)]
    public void Pixels_are_sorted_and_places_are_those_before(int count, long end)
    {
        Random random = new(1);
        long[] pixels = [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(Math.Min(end, (12L << 58) - 1)))], sorted = [.. pixels];
        int[] places = PixelSort.Sort(sorted);
        Assert.Equal(pixels.Order(), sorted);
        Assert.Equal(sorted, places.Select(place => pixels[place]));
        Assert.Equal(Enumerable.Range(0, count), places.Order());
    }
}
