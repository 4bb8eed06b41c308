using System.Globalization;

namespace Pile.Soak.Running;

/// <summary>The figures of one run of a campaign.</summary>
internal sealed record CampaignFigures(Campaign Campaign, int Seed, int Cases, CampaignLog Log)
{
    /// <summary>Returns a section of docs/reliability.md.</summary>
    internal string ToMarkdown() => string.Create(CultureInfo.InvariantCulture, $"""
        ### {Campaign.Name}

        {Campaign.Promise}

        `tests/Pile.Soak {Campaign.Name} --seed {Seed} --cases {Cases}`: {Cases} cases, **{Log.Failures.Count} failures**.

        | outcome | count |
        |---|---|
        {string.Join('\n', Log.Outcomes.Select(o => string.Create(CultureInfo.InvariantCulture, $"| {o.Outcome} | {o.Count} |")))}

        """);
}
