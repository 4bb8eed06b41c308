namespace Pile.Tables.Opening;

/// <summary>Makes column names unique, because tables may have unnamed columns and duplicate names.</summary>
internal static class UniqueNames
{
    /// <summary>Names an unnamed column N (from 1) <c>colN</c>, and appends <c>_2</c>, <c>_3</c>, … to duplicates.</summary>
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
