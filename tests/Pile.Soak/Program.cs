using System.Globalization;
using Pile.Soak.Campaigns;
using Pile.Soak.Running;

// Usage: all|NAME [--cases N | --case K] [--seed S] [--minutes M] [--keep]. After M minutes a campaign begins no case. With --keep,
// docs/reliability.md receives the figures of this run.
if (args is [HostLoop.Argument])
    return await HostLoop.RunAsync();
Campaign[] campaigns = [new BitFlips(), new FileMutations(), new Kills(), new FaultyRequests(), new Matches(), new ArchiveMutations(),
    new SourceChanges(), new SceneMutations(), new LayerKills(), new LayerWriters(),
    new SourceKills()];
Campaign[] asked = [.. campaigns.Where(c => args is ["all", ..] || (args is [var name, ..] && name == c.Name))];
if (asked.Length == 0)
{
    Console.Error.WriteLine($"soak: expected one of {string.Join(", ", campaigns.Select(c => c.Name))}, or all.");
    return 2;
}
int seed = Option("--seed") ?? 1;
List<CampaignFigures> figures = [];
foreach (Campaign campaign in asked)
{
    Range cases = Option("--case") is { } one ? one..(one + 1) : 0..(Option("--cases") ?? campaign.FullCount);
    string folder = Directory.CreateTempSubdirectory("pile-soak-").FullName;
    try
    {
        CampaignLog log = await campaign.RunAsync(folder, seed, cases,
            Option("--minutes") is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        figures.Add(new CampaignFigures(campaign, seed, log.Cases, log));
    }
    finally
    {
        HostProcess.EndAll();
        Directory.Delete(folder, recursive: true);
    }
    Console.Out.WriteLine(figures[^1].ToMarkdown());
}
if (args.Contains("--keep"))
    ReliabilityPage.Write(figures);
return figures.Any(f => f.Log.Failures.Count > 0) ? 1 : 0;

int? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
    ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
