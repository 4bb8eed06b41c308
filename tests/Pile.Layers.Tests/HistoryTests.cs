using Pile.TestKit;

namespace Pile.Layers.Tests;

/// <summary>Random histories of commits, replayed in pandas. The campaign <c>layers</c> of tests/Pile.Soak runs 10,000.</summary>
public class HistoryTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(60, Traits = ["Run", "Long"])]
    public async Task Every_commit_of_a_random_history_gives_the_table_that_pandas_gives(int histories)
    {
        using TemporaryFolder folder = new();
        Assert.Null(await RandomHistory.FindDifferenceAsync(folder.Path, [.. Enumerable.Range(0, histories)]));
    }
}
