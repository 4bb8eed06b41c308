using Pile.Soak.Campaigns;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The first cases of each campaign of <c>make soak</c>.</summary>
public class SoakTests
{
    [Theory]
    [InlineData("flips", 1, Traits = ["Run", "Long"])]
    [InlineData("mutations", 2)]
    [InlineData("mutations", 12, Traits = ["Run", "Long"])]
    [InlineData("kills", 2)]
    [InlineData("kills", 6, Traits = ["Run", "Long"])]
    [InlineData("requests", 1, Traits = ["Run", "Long"])]
    [InlineData("requests", 4, Traits = ["Run", "Long"])]
    [InlineData("scenes", 2, Traits = ["Run", "Long"])]
    public async Task A_short_campaign_has_no_failures(string name, int cases)
    {
        PileProcess.Program = PileProgram.Path;
        using TemporaryFolder folder = new();
        Campaign campaign = ((Campaign[])[new BitFlips(), new FileMutations(), new Kills(), new FaultyRequests(), new Matches(),
            new SceneMutations()])
            .Single(c => c.Name == name);
        try
        {
            CampaignLog log = await campaign.RunAsync(folder.Path, seed: 1, 0..cases);
            Assert.Empty(log.Failures);
        }
        finally
        {
            HostProcess.EndAll();
        }
    }

    [Theory]
    [InlineData("output/pile.yaml", "left behind: output")]
    [InlineData("tmp/pile-table", "left behind: tmp/pile-table")]
    [InlineData(".output.pile-build/spill/a.pieces", "left behind: .output.pile-build")]
    [InlineData(".output.pile-build/spill/a.units2", null)] // a complete unit, for --resume
    public async Task A_rejected_case_must_not_leave_files(string file, string? failure) =>
        Assert.Equal(failure, (await RunCase(file, RunCost.Zero)).Failure);

    [Theory]
    [InlineData(9.9, 1023, false)]
    [InlineData(10.1, 1, true)]
    [InlineData(1, 1025, true)]
    public async Task A_case_has_limits(double seconds, long mebibytes, bool isFailure)
    {
        MutationOutcome outcome = await RunCase("cache/block", new RunCost(TimeSpan.FromSeconds(seconds), mebibytes << 20, 0));
        Assert.Equal((isFailure, isFailure), (outcome.Failure is not null, outcome.IsOfLimit));
    }

    // A case of a program that rejects its input, with a cost, and leaves a file.
    private static async Task<MutationOutcome> RunCase(string file, RunCost cost)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["tmp"]);
        SourceInput input = new("catalog/result.csv", [], (_, damaged, output) => ["build", "--from", damaged, "--out", output]);
        return await new MutationCase(input, folder.Path, [1, 2, 3]).RunAsync(folder.Path, (work, _) =>
        {
            string left = Path.Combine(work, file);
            Directory.CreateDirectory(Path.GetDirectoryName(left)!);
            File.WriteAllText(left, "");
            return Task.FromResult(new PileResult(1, "", "pile: no table", IsTimedOut: false) { Cost = cost });
        });
    }
}
