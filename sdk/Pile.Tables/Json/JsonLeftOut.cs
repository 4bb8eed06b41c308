namespace Pile.Tables.Json;

/// <summary>The keys of JSON Lines that the caller leaves out, and whose lists and objects are read as texts because a column cannot have
/// them.</summary>
/// <param name="options">The columns that are left out, or the only ones that are kept.</param>
internal sealed class JsonLeftOut(TableReadOptions options)
{
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);

    /// <summary>The keys that are read as texts.</summary>
    internal IReadOnlySet<string> Keys => keys;

    /// <summary>Returns whether a key, or one of the keys around it, is left out and not yet read as text.</summary>
    internal bool CanAdd(string key) => Find(key) is not null;

    /// <summary>Adds the outermost key that <see cref="CanAdd"/> has found.</summary>
    internal void Add(string key) => keys.Add(Find(key)!);

    /// <summary>Adds the keys whose objects would be columns of their own, although they are left out.</summary>
    /// <returns>True if there is one.</returns>
    internal bool TryAddParents(IEnumerable<string> parents)
    {
        string[] more = [.. parents.Where(options.LeftOut.Contains)];
        keys.UnionWith(more);
        return more.Length > 0;
    }

    private string? Find(string key)
    {
        for (int end = key.IndexOf('.', StringComparison.Ordinal); key.Length > 0; end = key.IndexOf('.', end + 1))
        {
            string outer = end < 0 ? key : key[..end];
            if (options.LeftOut.Contains(outer) || (options.Kept is { } kept
                && !kept.Any(k => k.StartsWith(outer, StringComparison.Ordinal) && (k.Length == outer.Length || k[outer.Length] == '.'))))
                return keys.Contains(outer) ? null : outer;
            if (end < 0 || options.Kept?.Contains(outer) == true)
                return null;
        }
        return null;
    }
}
