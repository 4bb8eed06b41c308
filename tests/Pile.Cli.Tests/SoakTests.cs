using Pile.Soak.Campaigns;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The first cases of each campaign of <c>make soak</c>.</summary>
public class SoakTests
{
    [Theory]
    [InlineData("flips", 2)]
    [InlineData("mutations", 12)]
    [InlineData("kills", 6)]
    [InlineData("requests", 10)]
    public async Task A_short_campaign_has_no_failures(string name, int cases)
    {
        PileProcess.Program = PileProgram.Path;
        using TemporaryFolder folder = new();
        Campaign campaign = ((Campaign[])[new BitFlips(), new FileMutations(), new Kills(), new FaultyRequests(), new Matches()])
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
}
