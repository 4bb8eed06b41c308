using System.Diagnostics.CodeAnalysis;

namespace Pile.Format.Yaml;

/// <summary>A mapping from text to nodes, in the order of the document.</summary>
internal sealed class YamlMap : YamlNode
{
    private readonly Dictionary<string, (YamlScalar Key, YamlNode Value)> entries;

    internal YamlMap(string source, int line, int column, Dictionary<string, (YamlScalar, YamlNode)> entries)
        : base(source, line, column) =>
        this.entries = entries;

    /// <summary>The keys in the order of the document, with their values.</summary>
    public IEnumerable<(YamlScalar Key, YamlNode Value)> Entries => entries.Values;

    /// <summary>Returns the node of a required key.</summary>
    /// <exception cref="DocumentInvalidException">The key is missing.</exception>
    public YamlNode Required(string key) => Find(key) ?? throw Invalid($"the key '{key}' is missing");

    /// <summary>Returns the node of a key; null if the key is missing or its value is null.</summary>
    public YamlNode? Find(string key) =>
        entries.TryGetValue(key, out (YamlScalar Key, YamlNode Value) entry) && entry.Value is not YamlScalar { IsNull: true }
            ? entry.Value : null;

    /// <summary>Returns the text of a required key.</summary>
    public string Text(string key) => Required(key).AsScalar().Text;

    /// <summary>Returns the text of a key, or null.</summary>
    public string? TextOrNull(string key) => Find(key)?.AsScalar().Text;

    /// <summary>Finds the node of a key.</summary>
    public bool TryFind(string key, [NotNullWhen(true)] out YamlNode? node) => (node = Find(key)) is not null;

    /// <summary>Returns a copy with one value replaced, as by <c>--set a.b=value</c>; missing mappings on the path are added. A
    /// value in brackets or braces is a list or a mapping.</summary>
    /// <exception cref="DocumentInvalidException">A node on the path is not a mapping, or a list or mapping is not valid.</exception>
    public YamlMap With(string keyPath, string value) => With(keyPath, value, $"--set {keyPath}");

    private YamlMap With(string keyPath, string value, string source)
    {
        (string first, string? rest) = keyPath.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
            ? (keyPath[..dot], keyPath[(dot + 1)..]) : (keyPath, null);
        Dictionary<string, (YamlScalar Key, YamlNode Value)> changed = new(entries, StringComparer.Ordinal);
        YamlNode node = rest is null
            ? ValueOf(value, source)
            : (Find(first)?.AsMap() ?? new YamlMap(Source, Line, Column, new(StringComparer.Ordinal))).With(rest, value, source);
        changed[first] = (entries.TryGetValue(first, out var entry) ? entry.Key
            : new YamlScalar(source, 0, 0, first, isPlain: true), node);
        return new YamlMap(Source, Line, Column, changed);
    }

    /// <summary>Returns a copy without a key.</summary>
    public YamlMap Without(string key) => !entries.ContainsKey(key) ? this
        : new YamlMap(Source, Line, Column, entries.Where(e => e.Key != key).ToDictionary(StringComparer.Ordinal));

    /// <summary>Rejects unknown keys.</summary>
    /// <exception cref="DocumentInvalidException">A key is unknown; the message suggests the most similar known key.</exception>
    public void RequireKeys(params ReadOnlySpan<string> known)
    {
        foreach ((YamlScalar key, _) in entries.Values)
            if (!known.Contains(key.Text))
                throw key.Invalid($"unknown key '{key.Text}'{Suggestion(key.Text, known)}; the keys are {string.Join(", ", known!)}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", entries.Values.Select(e => $"{e.Key}: {e.Value}"))}}}";

    // A pattern such as [ab]*.fits is a text.
    private static YamlNode ValueOf(string value, string source) => value is ['[', .., ']'] or ['{', .., '}']
        ? YamlReader.Read(value, source) : new YamlScalar(source, 0, 0, value, isPlain: true);

    private static string Suggestion(string key, ReadOnlySpan<string> known)
    {
        string? best = null;
        int bestDistance = 1 + key.Length / 3;
        foreach (string candidate in known)
        {
            int distance = EditDistance(key, candidate);
            if (distance <= bestDistance)
                (best, bestDistance) = (candidate, distance - 1);
        }
        return best is null ? "" : $" (did you mean '{best}'?)";
    }

    private static int EditDistance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)], current = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
