using System.Globalization;

namespace Pile.Adopting;

/// <summary>Collects the findings of one unit, and reports each kind once with its first place and its count.</summary>
internal sealed class UnitFindings
{
    private readonly Dictionary<string, (string First, long Count)> found = new(StringComparer.Ordinal);

    /// <summary>Adds a finding.</summary>
    /// <param name="kind">What was found, without its place.</param>
    /// <param name="place">Where it was found.</param>
    /// <param name="count">How often.</param>
    internal void Add(string kind, string place, long count = 1) => found[kind] =
        found.TryGetValue(kind, out (string First, long Count) known) ? (known.First, known.Count + count) : (place, count);

    /// <summary>Reports all findings.</summary>
    internal void Report(Action<string> onFinding)
    {
        foreach ((string kind, (string first, long count)) in found)
            onFinding($"{kind}: {(count is 1 ? first : $"{count.ToString(CultureInfo.InvariantCulture)} times, first {first}")}");
        found.Clear();
    }
}
