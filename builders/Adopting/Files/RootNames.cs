namespace Pile.Adopting;

/// <summary>Makes the names of folders or archives unique, so that they can precede the paths of their files.</summary>
internal static class RootNames
{
    /// <summary>Returns the names; the second of several equal ones gets the suffix <c>-2</c>, and so on.</summary>
    internal static string[] Of(IReadOnlyList<string> names)
    {
        HashSet<string> taken = new(names, StringComparer.Ordinal), used = new(StringComparer.Ordinal);
        string[] unique = new string[names.Count];
        for (int i = 0; i < unique.Length; i++)
        {
            string name = names[i];
            for (int n = 2; used.Contains(name) || (name != names[i] && taken.Contains(name)); n++)
                name = $"{names[i]}-{n}";
            used.Add(name);
            unique[i] = name;
        }
        return unique;
    }
}
