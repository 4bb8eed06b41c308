namespace Pile.Tables.Opening;

/// <summary>Names for columns that lack one or share one: tables have both.</summary>
internal static class UniqueNames
{
    /// <summary>An unnamed column N (from 1) becomes <c>colN</c>; a name's second bearer gets <c>_2</c>, its third <c>_3</c>.</summary>
    internal static string[] Of(IReadOnlyList<string> names)
    {
        string[] unique = new string[names.Count];
        HashSet<string> taken = new(names, StringComparer.Ordinal);
        HashSet<string> used = new(StringComparer.Ordinal);
        for (int i = 0; i < unique.Length; i++)
        {
            string name = names[i].Length > 0 ? names[i] : $"col{i + 1}";
            string candidate = name;
            for (int n = 2; used.Contains(candidate) || (candidate != names[i] && taken.Contains(candidate)); n++)
                candidate = $"{name}_{n}";
            used.Add(candidate);
            unique[i] = candidate;
        }
        return unique;
    }
}
