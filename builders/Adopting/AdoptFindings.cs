namespace Pile.Adopting;

/// <summary>What was found in an archive, with a limit on what is reported. Thread-safe.</summary>
internal sealed class AdoptFindings
{
    private const int Most = 20;

    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly Lock adding = new();

    internal void Add(string finding)
    {
        lock (adding)
            counts[finding] = counts.GetValueOrDefault(finding) + 1;
    }

    /// <summary>Returns the findings in ordinal order, equal ones as one line.</summary>
    internal IEnumerable<string> Lines()
    {
        foreach ((string finding, int count) in counts.OrderBy(f => f.Key, StringComparer.Ordinal).Take(Most))
            yield return count == 1 ? finding : $"{finding} ({count} times)";
        if (counts.Count > Most)
            yield return $"{counts.Count - Most} more findings";
    }
}
