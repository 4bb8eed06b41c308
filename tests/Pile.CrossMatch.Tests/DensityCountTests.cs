namespace Pile.CrossMatch.Tests;

public sealed class DensityCountTests
{
    private const long FinestCells = 12L << 16;

    [Theory]
    [InlineData(0, 8)]
    [InlineData(4096, 8)]
    [InlineData(4097, 7)]
    [InlineData(20_000, 6)]
    [InlineData(400_000, 4)]
    public void Counts_of_several_threads_include_all_pairs_at_the_finest_order_with_few_cells(int pairs, int expectedOrder)
    {
        // Pairs in neighbouring cells: as many cells as pairs, and a quarter as many at the next lower order.
        long[] cells = [.. Enumerable.Range(0, pairs).Select(i => (long)i)];
        DensityCount density = new();
        Parallel.ForEach(cells.Chunk(1777), new ParallelOptions { MaxDegreeOfParallelism = 4 }, block =>
        {
            int order = density.Order;
            (long Cell, long Pairs)[] counted = [.. block.GroupBy(c => c >> (2 * (8 - order))).Select(g => (g.Key, (long)g.Count()))];
            density.Add([.. counted.Select(c => c.Cell)], [.. counted.Select(c => c.Pairs)], order);
        });

        MatchDensity found = density.ToDensity();
        Assert.Equal(expectedOrder, found.Order);
        Assert.Equal(cells.GroupBy(c => c >> (2 * (8 - found.Order))).Select(g => (g.Key, (long)g.Count())), found.Cells);
    }

    [Fact]
    public void Blocks_may_share_cells_in_any_order()
    {
        DensityCount density = new();
        density.Add([7, FinestCells - 1], [2, 1], 8);
        density.Add([0, 7], [5, 1L << 40], 8);
        MatchDensity found = density.ToDensity();
        Assert.Equal(8, found.Order);
        Assert.Equal([(0, 5), (7, (1L << 40) + 2), (FinestCells - 1, 1)], found.Cells);
    }
}
