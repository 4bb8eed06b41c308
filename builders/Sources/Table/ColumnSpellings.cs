namespace Pile.Builders.Sources.Table;

/// <summary>Finds columns of a set of files whose names differ by case alone, of which each file has one: they are separate columns of
/// the dataset, each empty in the rows of the other files.</summary>
internal sealed class ColumnSpellings
{
    private const int MostShown = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<string, string> fileOf = new(StringComparer.Ordinal); // the first file with each name
    private readonly HashSet<string> together = new(StringComparer.OrdinalIgnoreCase); // names that differ within one file

    /// <summary>A message that names the columns, their files, and what to do; null if there are no such columns.</summary>
    internal string? Note
    {
        get
        {
            string[][] all = Different();
            if (all.Length == 0)
                return null;
            string[][] shown = [.. all.Take(MostShown)];
            string found = string.Join("; ", shown.Select(names => string.Join(", ", names.Select(n => $"'{n}' ({fileOf[n]})")))),
                renamed = string.Join(", ", shown.SelectMany(names => names[..^1].Select(name => $"{name}: {names[^1]}")));
            return $"the names of columns differ by case alone between files: {found}{(all.Length > MostShown ? "; …" : "")}. They are "
                + "separate columns, which rows of the other files do not have. To have one, set in the source of the recipe  "
                + $"rename: {{ {renamed} }}";
        }
    }

    /// <summary>Adds the columns of a file. May be called from any thread.</summary>
    internal void Add(string file, IReadOnlyList<string> names)
    {
        lock (gate)
        {
            foreach (string name in names)
                if (!fileOf.TryGetValue(name, out string? first) || string.CompareOrdinal(file, first) < 0)
                    fileOf[name] = file;
            together.UnionWith(names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1)
                .Select(same => same.Key));
        }
    }

    private string[][] Different()
    {
        lock (gate)
            return [.. fileOf.Keys.Where(name => !together.Contains(name)).Order(StringComparer.Ordinal)
                .GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(names => names.Count() > 1)
                .Select(names => names.ToArray())];
    }
}
