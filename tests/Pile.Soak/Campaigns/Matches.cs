using Pile.CrossMatch.Tests.Selecting;
using Pile.Soak.Running;

namespace Pile.Soak.Campaigns;

/// <summary>Matches random skies with all combinations of options.</summary>
internal sealed class Matches : Campaign
{
    // Find, join, condition, both kinds of sides and output; the others are random.
    private const int Combined = 6;

    // Coprime to the number of combinations, so that the first cases are of all kinds.
    private const int Step = 10_007;

    private static readonly int[] Sizes = MatchCombination.Sizes;

    internal override string Name => "matches";

    internal override string Promise =>
        "Two random skies (poles, RA 0/360, clusters, equal positions, missing positions) are matched in one combination of find, join, " +
        "condition, kinds of both sides and output. The rows are those of loops over all pairs, and rows and bytes are the same with one " +
        "worker and enough memory, and with several workers or values in temporary files.";

    internal override int FullCount => Sizes.Take(Combined).Aggregate((product, size) => product * size);

    internal override Task PrepareAsync(string folder) => Task.CompletedTask;

    internal override async Task RunCaseAsync(int number, Random random, string folder, CampaignLog log)
    {
        int rest = (int)((long)number * Step % FullCount);
        int[] chosen = new int[Sizes.Length];
        for (int i = 0; i < chosen.Length; i++)
            (chosen[i], rest) = i < Combined ? (rest % Sizes[i], rest / Sizes[i]) : (random.Next(Sizes[i]), rest);
        try
        {
            if (await new MatchCombination(chosen, random.Next(100_000)).FindFaultAsync(folder, CancellationToken.None) is { } fault)
                log.Fail(number, fault);
            else
                log.Count("the rows of loops");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.Fail(number, $"choices {string.Join(' ', chosen)}: {e.GetType().Name}: {e.Message}");
        }
    }
}
