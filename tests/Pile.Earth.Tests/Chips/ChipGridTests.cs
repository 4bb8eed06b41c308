namespace Pile.Earth.Tests;

public class ChipGridTests
{
    private static readonly Affine TenMetres = new(10, 0, 600_000, 0, -10, 6_500_020);

    [Theory] // rows, columns, size, edge, chips right, chips down
    [InlineData(10980, 10980, 256, "Drop", 42, 42)]
    [InlineData(10980, 10980, 256, "Pad", 43, 43)]
    [InlineData(10980, 10980, 256, "Overlap", 43, 43)]
    [InlineData(7841, 7781, 512, "Drop", 15, 15)]
    [InlineData(512, 1024, 512, "Pad", 2, 1)]
    [InlineData(512, 1024, 512, "Overlap", 2, 1)]
    [InlineData(100, 1000, 256, "Drop", 3, 0)]
    [InlineData(100, 1000, 256, "Overlap", 4, 0)]
    [InlineData(100, 1000, 256, "Pad", 4, 1)]
    [InlineData(1, 1, 1, "Drop", 1, 1)]
    [InlineData(int.MaxValue, 1, int.MaxValue, "Pad", 1, 1)]
    public void Chips_are_counted(int rows, int columns, int size, string edge, int countX, int countY)
    {
        ChipGrid grid = new(rows, columns, TenMetres, size, Enum.Parse<ChipEdge>(edge));
        Assert.Equal((countX, countY, (long)countX * countY), (grid.CountX, grid.CountY, grid.Count));
    }

    [Fact]
    public void Windows_at_the_edge_are_dropped_padded_or_moved_in()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChipGrid(600, 1000, TenMetres, 256, ChipEdge.Drop).Window(3, 0));
        Assert.Equal(new ChipWindow(768, 512, 232, 88), new ChipGrid(600, 1000, TenMetres, 256, ChipEdge.Pad).Window(3, 2));
        Assert.Equal(new ChipWindow(744, 344, 256, 256), new ChipGrid(600, 1000, TenMetres, 256, ChipEdge.Overlap).Window(3, 2));
        Assert.Equal(new ChipWindow(512, 256, 256, 256), new ChipGrid(600, 1000, TenMetres, 256, ChipEdge.Overlap).Window(2, 1));
        Assert.Equal(new Affine(10, 0, 607_440, 0, -10, 6_496_580),
            new ChipGrid(600, 1000, TenMetres, 256, ChipEdge.Overlap).TransformOf(3, 2));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, 0)]
    public void Sizes_must_be_positive(int rows, int columns, int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChipGrid(rows, columns, TenMetres, size, ChipEdge.Drop));

    [Fact]
    public void A_raster_with_too_many_chips_is_refused_before_memory_is_allocated()
    {
        ChipGrid grid = new(int.MaxValue, int.MaxValue, TenMetres, 1, ChipEdge.Drop);
        Assert.Contains("larger chips", Assert.Throws<ArgumentException>(() => new ChipFootprints(grid, (_, _) => 0)).Message);
        Assert.Throws<ArgumentException>(() => new ChipGrid(1, 1, default, 1, ChipEdge.Drop));
    }
}
