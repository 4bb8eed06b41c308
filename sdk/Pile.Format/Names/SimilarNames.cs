namespace Pile.Format;

/// <summary>Finds names similar to an unknown one.</summary>
internal static class SimilarNames
{
    private const int MaxShown = 5;

    /// <summary>Returns at most five similar names, the most similar first.</summary>
    /// <param name="unknown">The unknown name.</param>
    /// <param name="names">The existing names.</param>
    public static IReadOnlyList<string> Of(string unknown, IEnumerable<string> names) => [.. names
        .Select(name => (name, distance: Distance(unknown, name)))
        .Where(n => n.distance <= Math.Max(unknown.Length, n.name.Length) / 2
            || n.name.Contains(unknown, StringComparison.OrdinalIgnoreCase))
        .OrderBy(n => n.distance).ThenBy(n => n.name, StringComparer.Ordinal)
        .Take(MaxShown).Select(n => n.name)];

    /// <summary>Returns the columns of a group, such as <c>cells.x</c> and <c>cells.y</c> of <c>cells</c>, without their shapes; empty if
    /// there is no such group.</summary>
    public static IReadOnlyList<string> OfGroup(string group, IEnumerable<string> names)
    {
        string[] members = [.. names.Where(name => name.StartsWith($"{group}.", StringComparison.OrdinalIgnoreCase))];
        return [.. members.Except(members.Select(ColumnNames.Shape), StringComparer.Ordinal)];
    }

    /// <summary>Returns the hint for an error about an unknown name: the columns of a group of this name, or similar names, otherwise the
    /// first twenty existing ones.</summary>
    public static string Hint(string unknown, IEnumerable<string> names)
    {
        string[] all = [.. names];
        return OfGroup(unknown, all) is { Count: > 0 } members
            ? $"It is a group of columns; name those to read: {string.Join(", ", members.Take(20).Select(n => $"'{n}'"))}"
                + (members.Count > 20 ? $" and {members.Count - 20} more" : "")
            : Of(unknown, all) is { Count: > 0 } near
            ? $"Similar names: {string.Join(", ", near.Select(n => $"'{n}'"))}"
            : $"The names are {string.Join(", ", all.Take(20))}{(all.Length > 20 ? $" and {all.Length - 20} more" : "")}";
    }

    // The Levenshtein distance, ignoring case.
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
