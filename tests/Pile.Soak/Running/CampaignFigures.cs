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

        {Table()}

        """);

    private string Table() => string.Join('\n', Log.OutcomesByFormat.Any()
        ? ["| format | outcomes |", "|---|---|", .. Log.OutcomesByFormat.Select(f =>
            $"| {f.Key} | {string.Join(", ", f.Select(Counted))} |")]
        : ["| outcome | count |", "|---|---|", .. Log.Outcomes.Select(o =>
            string.Create(CultureInfo.InvariantCulture, $"| {o.Outcome} | {o.Count} |"))]);

    private static string Counted((string Outcome, int Count) outcome) =>
        string.Create(CultureInfo.InvariantCulture, $"{outcome.Outcome} {outcome.Count:N0}");
}
