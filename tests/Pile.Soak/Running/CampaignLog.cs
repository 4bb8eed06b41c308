using System.Collections.Concurrent;
using System.Globalization;

namespace Pile.Soak.Running;

/// <summary>Counts the outcomes of a campaign's cases and collects its failures. Safe for use by many threads.</summary>
internal sealed class CampaignLog(string name)
{
    private readonly ConcurrentDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Format, string Outcome), int> ofFormats = new();
    private readonly ConcurrentQueue<string> failures = new();

    /// <summary>The number of cases that ran.</summary>
    internal int Cases { get; set; }

    /// <summary>The outcomes with their counts, by name.</summary>
    internal IEnumerable<(string Outcome, int Count)> Outcomes =>
        outcomes.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => (o.Key, o.Value));

    /// <summary>The outcomes with their counts, grouped by format, the most frequent first.</summary>
    internal IEnumerable<IGrouping<string, (string Outcome, int Count)>> OutcomesByFormat =>
        ofFormats.OrderBy(o => o.Key.Format, StringComparer.Ordinal).ThenByDescending(o => o.Value)
            .GroupBy(o => o.Key.Format, o => (o.Key.Outcome, o.Value));

    /// <summary>The failures, each with its case number.</summary>
    internal IReadOnlyCollection<string> Failures => failures;

    /// <summary>Counts an expected outcome.</summary>
    internal void Count(string outcome) => outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);

    /// <summary>Counts an expected outcome of a case with a source file of a format.</summary>
    internal void Count(string format, string outcome) =>
        ofFormats.AddOrUpdate((format, outcome), 1, static (_, count) => count + 1);

    /// <summary>Records a failure with the number of its case.</summary>
    internal void Fail(int number, string description)
    {
        string failure = string.Create(CultureInfo.InvariantCulture, $"{name} case {number}: {description}");
        failures.Enqueue(failure);
        Console.Error.WriteLine($"soak: {failure}");
    }
}
