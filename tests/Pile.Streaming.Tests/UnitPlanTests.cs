using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

public class UnitPlanTests
{
    [Fact]
    public void No_unit_is_larger_than_planned()
    {
        var cases = from rowCount in Gen.Choose(1, 700)
                    from blockRows in Gen.Choose(1, 9)
                    from perRound in Gen.Choose(1, 9)
                    from workers in Gen.Choose(1, 4)
                    from batchRows in Gen.Choose(1, 40)
                    from rowsDone in Gen.Choose(0, 300)
                    select (rowCount, blockRows, perRound, workers, batchRows, rowsDone);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            BlockShuffle shuffle = new() { BlockRows = c.blockRows, BlocksPerRound = c.perRound };
            LoaderOptions options = new() { BatchRows = c.batchRows, ShuffleSeed = 4, Worker = new Worker(c.workers - 1, c.workers) };
            UnitPlan plan = new(c.rowCount, options, shuffle, 1, 1);
            return plan.From(0, Math.Min(c.rowsDone, c.rowCount), () => new PooledMemory(new MemoryPool(), 1))
                .All(u => u.Rows.Length <= Math.Max(plan.LargestUnitRows, 1));
        }).Check(Laws.Repeatable);
    }

    [Theory]
    [InlineData(8 << 10, 64)]
    [InlineData(184_320, 32)]
    [InlineData(184_320, 64)]
    [InlineData(184_320, 256)]
    [InlineData(500_000, 64)]
    public void A_round_of_the_default_shuffle_fits_three_times_into_the_memory(long rowBytes, int batchRows)
    {
        LoaderOptions options = new() { BatchRows = batchRows, ShuffleSeed = 1 };
        UnitPlan plan = new(1_000_000, options, BlockShuffle.ForRowsOf(rowBytes, batchRows), 32 << 20, rowBytes);
        Assert.InRange(3 * plan.LargestUnitRows * rowBytes, 1, options.PrefetchBytes);
    }
}
