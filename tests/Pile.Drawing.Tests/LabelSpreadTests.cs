namespace Pile.Drawing.Tests;

public class LabelSpreadTests
{
    [Fact]
    public void Labels_with_enough_space_do_not_move() => Assert.Equal([10, 40, 90], LabelSpread.Place([10, 40, 90], 14, 0, 100));

    [Fact]
    public void Crowded_labels_spread_around_their_middle() => Assert.Equal([36, 50, 64], LabelSpread.Place([49, 50, 51], 14, 0, 100));

    [Fact]
    public void Labels_keep_distance_and_order_within_the_range_at_minimal_cost()
    {
        Random random = new(3);
        for (int round = 0; round < 500; round++)
        {
            double[] wanted = [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => 1000 * random.NextDouble()).Order()];
            double[] placed = LabelSpread.Place(wanted, 14, 0, 1000);
            Assert.True(IsLegal(placed));
            double cost = Cost(placed, wanted);
            for (int i = 0; i < placed.Length; i++)
            {
                foreach (double step in new[] { -0.5, 0.5 })
                {
                    double[] moved = [.. placed.Select((p, k) => k == i || (Math.Sign(k - i) == Math.Sign(step) && IsTouching(placed, i, k))
                        ? p + step : p)];
                    Assert.True(!IsLegal(moved) || Cost(moved, wanted) >= cost - 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Too_many_labels_are_spaced_evenly() => Assert.Equal([0, 5, 10], LabelSpread.Place([4, 5, 6], 14, 0, 10));

    private static bool IsTouching(double[] placed, int i, int k) => Math.Abs(placed[k] - placed[i]) <= 14.001 * Math.Abs(k - i);

    private static bool IsLegal(double[] placed) =>
        placed[0] >= -1e-9 && placed[^1] <= 1000 + 1e-9 && placed.Zip(placed.Skip(1), (a, b) => b - a).All(gap => gap >= 14 - 1e-9);

    private static double Cost(double[] placed, double[] wanted) => placed.Zip(wanted, (p, w) => (p - w) * (p - w)).Sum();
}
