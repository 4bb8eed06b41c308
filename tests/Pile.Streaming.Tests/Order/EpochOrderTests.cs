using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Streaming.Tests;

public class EpochOrderTests
{
    private static long[] All(EpochOrder order)
    {
        long[] rows = new long[order.RowCount];
        order.RowsAt(0, rows);
        return rows;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void Every_row_has_one_position(int rowCount)
    {
        foreach (BlockShuffle? shuffle in (BlockShuffle?[])[null, new() { BlockRows = 1 }, new() { BlockRows = 7, BlocksPerRound = 3 },
            new() { BlockRows = 4, BlocksPerRound = 2, Lanes = 3, LaneRows = 5 }, new()])
            Assert.Equal(Enumerable.Range(0, rowCount).Select(i => (long)i), All(new EpochOrder(rowCount, shuffle, 3, 1)).Order());
    }

    [Fact]
    public void Any_number_of_workers_share_an_epoch_and_resume_as_any_other_number()
    {
        var cases = from rowCount in Gen.Choose(0, 700)
                    from blockRows in Gen.Choose(1, 9)
                    from perRound in Gen.Choose(1, 5)
                    from lanes in Gen.Choose(1, 4)
                    from workers in Gen.Choose(1, 5)
                    from otherWorkers in Gen.Choose(1, 5)
                    from batchRows in Gen.Choose(1, 40)
                    from steps in Gen.Choose(0, 12)
                    select (rowCount, blockRows, perRound, lanes, workers, otherWorkers, batchRows, steps);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            BlockShuffle shuffle = new() { BlockRows = c.blockRows, BlocksPerRound = c.perRound, Lanes = c.lanes, LaneRows = c.batchRows };
            long[] whole = All(new EpochOrder(c.rowCount, shuffle, 11, 2));
            List<long> taken = Take(c.workers, 0, c.steps);
            long done = new Worker(0, c.workers).Done(c.steps, c.batchRows, 0, c.rowCount);
            bool isPrefix = whole.Take((int)done).Order().SequenceEqual(taken.Order());
            taken.AddRange(Take(c.otherWorkers, done, c.rowCount + 1));
            return isPrefix && taken.Order().SequenceEqual(Enumerable.Range(0, c.rowCount).Select(i => (long)i));

            List<long> Take(int workers, long first, int steps)
            {
                List<long> rows = [];
                for (int w = 0; w < workers; w++)
                {
                    EpochOrder own = new(c.rowCount, shuffle, 11, 2);
                    for (int step = 0; step < steps; step++)
                    {
                        (long position, int count) = new Worker(w, workers).Share(step, c.batchRows, first, c.rowCount);
                        if (count == 0)
                            break;
                        long[] batch = new long[count];
                        own.RowsAt(position, batch);
                        rows.AddRange(batch);
                    }
                }
                return rows;
            }
        }).Check(Laws.Repeatable);
    }

    [Fact]
    public void Any_part_of_an_order_equals_the_same_part_of_the_whole()
    {
        BlockShuffle shuffle = new() { BlockRows = 6, BlocksPerRound = 4, Lanes = 2, LaneRows = 5 };
        long[] whole = All(new EpochOrder(1003, shuffle, 5, 0));
        Random random = new(1);
        EpochOrder order = new(1003, shuffle, 5, 0);
        for (int i = 0; i < 500; i++)
        {
            int first = random.Next(1003);
            long[] part = new long[random.Next(1003 - first)];
            order.RowsAt(first, part);
            Assert.Equal(whole.Skip(first).Take(part.Length), part);
        }
    }

    [Fact]
    public void The_order_depends_on_the_seed_and_the_epoch_only()
    {
        BlockShuffle shuffle = new();
        long[] order = All(new EpochOrder(5000, shuffle, 1, 0));
        Assert.Equal(order, All(new EpochOrder(5000, shuffle, 1, 0)));
        Assert.NotEqual(order, All(new EpochOrder(5000, shuffle, 1, 1)));
        Assert.NotEqual(order, All(new EpochOrder(5000, shuffle, 2, 0)));
    }

    // Saved positions refer to exactly this order, so it must be reproducible from its description in any language.
    [Fact]
    public void The_order_equals_an_independent_implementation_in_Python()
    {
        const string Script = """
            import sys, json
            M = 2**64 - 1
            def mix(v):
                v = ((v ^ (v >> 30)) * 0xBF58476D1CE4E5B9) & M
                v = ((v ^ (v >> 27)) * 0x94D049BB133111EB) & M
                return v ^ (v >> 31)
            class Rng:
                def __init__(self, *key):
                    self.s = 0
                    for k in key: self.s = mix((self.s + 0x9E3779B97F4A7C15 + k) & M)
                def below(self, n):
                    while True:
                        self.s = (self.s + 0x9E3779B97F4A7C15) & M
                        p = mix(self.s) * n
                        if (p & M) >= (2**64) % n: return p >> 64
                def shuffle(self, v):
                    for i in range(len(v) - 1, 0, -1):
                        j = self.below(i + 1)
                        v[i], v[j] = v[j], v[i]
            n, size, per_round, lanes, turn, seed, epoch = map(int, sys.argv[1:])
            blocks = list(range(-(-n // size)))
            full = blocks[:n // size]
            Rng(seed, epoch, 1).shuffle(full)
            blocks = full + blocks[n // size:]
            cut = Rng(seed, epoch, 3).below(n)
            order = []
            for r, first in enumerate(range(0, len(blocks), per_round * lanes)):
                dealt = []
                for lane in range(lanes):
                    rows = [(x + cut) % n for b in blocks[first:first + per_round * lanes][lane::lanes]
                            for x in range(b * size, min(n, (b + 1) * size))]
                    Rng(seed, epoch, 2, r, lane).shuffle(rows)
                    dealt.append(rows)
                while any(dealt):
                    for lane in range(lanes):
                        order += dealt[lane][:turn]
                        dealt[lane] = dealt[lane][turn:]
            print(json.dumps(order))
            """;
        foreach (int[] c in (int[][])[[23, 3, 4, 1, 64, 42, 0], [1003, 6, 4, 3, 5, 7, 2], [5000, 32, 32, 1, 64, 1, 0]])
        {
            string python = Python.Run(Script, [.. c.Select(i => $"{i}")]);
            EpochOrder order = new(c[0], new BlockShuffle { BlockRows = c[1], BlocksPerRound = c[2], Lanes = c[3], LaneRows = c[4] },
                (ulong)c[5], c[6]);
            Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<long[]>(python), All(order));
        }
    }

    [Fact]
    public void Blocks_mix_nearly_as_well_as_single_rows_with_a_twentieth_of_the_requests()
    {
        const int Rows = 200_000;
        (double blockDistance, int blockRequests) = Measure(BlockShuffle.ForRowsOf(184 << 10, 256));
        (double rowDistance, int rowRequests) = Measure(new BlockShuffle { BlockRows = 1 });
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"mean displacement {blockDistance / rowDistance:0.000} of a uniform shuffle, at {(double)blockRequests / rowRequests:0.0000} "
                + "of its requests");
        Assert.InRange(blockDistance / rowDistance, 0.3, 1.1);
        Assert.InRange((double)blockRequests / rowRequests, 0, 1.0 / 20);

        // A request is a run of neighbouring rows among those of a round.
        (double Distance, int Requests) Measure(BlockShuffle shuffle)
        {
            EpochOrder order = new(Rows, shuffle, 9, 0);
            long[] rows = All(order);
            int requests = 0;
            for (long round = 0; order.StartOf(round) < Rows; round++)
            {
                long[] sorted = [.. rows[(int)order.StartOf(round)..(int)order.StartOf(round + 1)].Order()];
                requests += 1 + Enumerable.Range(1, sorted.Length - 1).Count(i => sorted[i] != sorted[i - 1] + 1);
            }
            return (rows.Select((row, position) => Math.Abs((double)row - position)).Average(), requests);
        }
    }
}
