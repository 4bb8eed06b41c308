using Pile.TestKit;

namespace Pile.Soak.Running;

/// <summary>The page docs/reliability.md, whose figures are those of the last run.</summary>
internal static class ReliabilityPage
{
    private const string Figures = "## Figures of the last run\n";

    /// <summary>Replaces the figures of the given campaigns, and keeps the others.</summary>
    internal static void Write(IEnumerable<CampaignFigures> campaigns)
    {
        string path = Path.Combine(TestPaths.Root, "docs", "reliability.md"), page = File.ReadAllText(path);
        int at = page.IndexOf(Figures, StringComparison.Ordinal);
        if (at < 0)
            throw new InvalidDataException($"'{path}' has no section '{Figures.Trim()}'.");
        SortedDictionary<string, string> sections = new(StringComparer.Ordinal);
        foreach (string section in page[(at + Figures.Length)..].Split("\n### ", StringSplitOptions.RemoveEmptyEntries)
            .Where(s => s.Trim().Length > 0))
            sections[section.Split('\n')[0].Trim('#', ' ')] = "### " + section.TrimStart('#', ' ', '\n').TrimEnd() + "\n";
        foreach (CampaignFigures campaign in campaigns)
            sections[campaign.Campaign.Name] = campaign.ToMarkdown().TrimEnd() + "\n";
        File.WriteAllText(path, page[..at] + Figures + "\n" + string.Join('\n', sections.Values));
    }
}
