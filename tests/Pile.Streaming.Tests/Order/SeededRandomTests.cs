namespace Pile.Streaming.Tests;

public class SeededRandomTests
{
    // The first numbers of SplitMix64 for the seed 1234567, according to java.util.SplittableRandom and the reference in C.
    [Fact]
    public void Returns_the_published_numbers_of_SplitMix64()
    {
        ulong state = 1234567;
        ulong[] found = [.. Enumerable.Range(0, 5).Select(_ => SeededRandom.Mix(state += 0x9E3779B97F4A7C15))];
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], found);
    }

    [Fact]
    public void Numbers_below_a_bound_are_equally_likely()
    {
        SeededRandom random = new(7);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
            counts[random.Below(6)]++;
        double chiSquared = counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000);
        Assert.InRange(chiSquared, 0.05, 20.5); // 5 degrees of freedom: above 20.5 by chance once in a thousand
    }

    [Fact]
    public void Every_part_of_a_key_matters()
    {
        ulong[][] keys = [[], [0], [0, 0], [1], [0, 1], [1, 0], [1, 1], [ulong.MaxValue]];
        HashSet<ulong> first = [.. keys.Select(k => new SeededRandom(k).Next())];
        Assert.Equal(keys.Length, first.Count);
    }
}
