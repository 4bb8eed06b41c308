using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>All pairwise combinations of find, join, condition, kinds of both sides, output, sky, workers and memory, compared with loops
/// over all pairs.</summary>
public sealed class CombinationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private const int PartCount = 6;

    // One of the parts, which has a sixth of the pairs or more, and in the long run the others.
    public static IEnumerable<TheoryDataRow<int>> Parts => Enumerable.Range(0, PartCount).Select(part =>
        part < 1 ? new TheoryDataRow<int>(part) : new TheoryDataRow<int>(part).WithTrait("Run", "Long"));

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task Every_pair_of_choices_agrees_with_loops_and_gives_the_same_bytes(int part)
    {
        List<int[]> cases = Pairwise(MatchCombination.Sizes);
        for (int i = part; i < cases.Count; i += PartCount)
            Assert.Null(await new MatchCombination(cases[i], i).FindFaultAsync(folder.Path, TestContext.Current.CancellationToken));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Returns cases that cover all pairs of choices. Each case uses the choices that cover the most new pairs.</summary>
    private static List<int[]> Pairwise(int[] sizes)
    {
        HashSet<(int, int, int, int)> open = [];
        for (int i = 0; i < sizes.Length; i++)
            for (int j = i + 1; j < sizes.Length; j++)
                for (int x = 0; x < sizes[i]; x++)
                    for (int y = 0; y < sizes[j]; y++)
                        open.Add((i, x, j, y));
        List<int[]> cases = [];
        while (open.Count > 0)
        {
            int[] chosen = [.. Enumerable.Repeat(-1, sizes.Length)];
            (chosen[open.Min().Item1], chosen[open.Min().Item3]) = (open.Min().Item2, open.Min().Item4);
            for (int i = 0; i < sizes.Length; i++)
                if (chosen[i] < 0)
                    chosen[i] = Enumerable.Range(0, sizes[i]).MaxBy(x => New(i, x));
            open.RemoveWhere(p => chosen[p.Item1] == p.Item2 && chosen[p.Item3] == p.Item4);
            cases.Add(chosen);

            int New(int i, int x) => Enumerable.Range(0, sizes.Length)
                .Count(j => chosen[j] >= 0 && j != i && open.Contains(i < j ? (i, x, j, chosen[j]) : (j, chosen[j], i, x)));
        }
        return cases;
    }
}
