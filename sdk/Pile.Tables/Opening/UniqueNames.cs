namespace Pile.Tables.Opening;

/// <summary>Makes column names unique, because tables may have unnamed columns and duplicate names.</summary>
internal static class UniqueNames
{
    private const int MostShown = 5;

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

    /// <summary>Returns what becomes of names that a file has several times; null if it has none.</summary>
    /// <param name="names">The names in the file.</param>
    /// <param name="unique">The names of the columns, in the same order.</param>
    internal static string? NoteOf(IReadOnlyList<string> names, IReadOnlyList<string> unique)
    {
        int[] changed = [.. Enumerable.Range(0, names.Count).Where(i => names[i].Length > 0 && names[i] != unique[i])];
        return changed.Length == 0 ? null
            : string.Join(", ", changed.Take(MostShown).Select(i => $"another column '{names[i]}' is read as '{unique[i]}'"))
                + (changed.Length > MostShown ? $", and {changed.Length - MostShown} further ones in the same way" : "")
                + ", because names of columns must be unique.";
    }
}
