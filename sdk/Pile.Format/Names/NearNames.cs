namespace Pile.Format;

/// <summary>Finds what somebody may have meant.</summary>
internal static class NearNames
{
    private const int MostShown = 5;

    /// <summary>The names that come near, the nearest first; at most five.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="names">What there is.</param>
    public static IReadOnlyList<string> Of(string asked, IEnumerable<string> names) => [.. names
        .Select(name => (name, distance: Distance(asked, name)))
        .Where(n => n.distance <= Math.Max(asked.Length, n.name.Length) / 2 || n.name.Contains(asked, StringComparison.OrdinalIgnoreCase))
        .OrderBy(n => n.distance).ThenBy(n => n.name, StringComparer.Ordinal)
        .Take(MostShown).Select(n => n.name)];

    /// <summary>Ends a sentence that says what is not there: with what comes near, or else with all that there is, or twenty of
    /// it.</summary>
    public static string Hint(string asked, IEnumerable<string> names)
    {
        string[] all = [.. names];
        return Of(asked, all) is { Count: > 0 } near
            ? $"Near it: {string.Join(", ", near.Select(n => $"'{n}'"))}"
            : $"It has {string.Join(", ", all.Take(20))}{(all.Length > 20 ? $" and {all.Length - 20} more" : "")}";
    }

    // Levenshtein's distance, case ignored.
    private static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)], current = new int[right.Length + 1];
        for (int i = 0; i < left.Length; i++)
        {
            current[0] = i + 1;
            for (int j = 0; j < right.Length; j++)
            {
                int change = char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[j]) ? 0 : 1;
                current[j + 1] = Math.Min(previous[j] + change, Math.Min(previous[j + 1], current[j]) + 1);
            }
            (previous, current) = (current, previous);
        }
        return previous[right.Length];
    }
}
