using System.Collections.Immutable;
using System.IO.Enumeration;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>The <c>source</c> of a recipe, for the builder that it names.</summary>
public sealed class RecipeSource
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> globs = new(StringComparer.Ordinal);
    private readonly SortedSet<string> messages = new(StringComparer.Ordinal);
    private readonly YamlMap map;
    private readonly string folder;

    /// <param name="map">The mapping under <c>source</c>.</param>
    /// <param name="folder">The recipe's folder; its globs are relative to it.</param>
    internal RecipeSource(YamlMap map, string folder)
    {
        (this.map, this.folder) = (map.Without(SourceMirror.Key), folder);
        Mirrors = map.Find(SourceMirror.Key) is { } mirrors ? SourceMirror.ReadAll(mirrors.AsList(), this) : [];
    }

    /// <summary>The name of the builder.</summary>
    public string Kind => map.Text("kind");

    /// <summary>The files that a build fetches if they are missing.</summary>
    internal ImmutableArray<SourceMirror> Mirrors { get; }

    /// <summary>The grid of <c>partition</c> in the recipe; null to divide rows by their position, or by the hash of their
    /// id.</summary>
    internal EarthGrid? Grid { get; init; }

    /// <summary>The time scale of <c>options</c> in the recipe; null if it declares none.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>The epoch of the positions in the recipe's options; null if they state none.</summary>
    internal double? EpochYear { get; init; }

    /// <summary>The declarations of columns in the recipe's <c>native</c>.</summary>
    internal ImmutableArray<NativeColumn> Native { get; init; } = [];

    /// <summary>The indexers that the recipe can name; set by the registry that creates the builder.</summary>
    internal ImmutableSortedDictionary<string, ChipIndexer> Indexers { get; set; } = ImmutableSortedDictionary<string, ChipIndexer>.Empty;

    /// <summary>Opens the datasets that the recipe names; set by the registry that creates the builder. Null if the program reads
    /// none.</summary>
    internal IStoredDatasets? Datasets { get; set; }

    /// <summary>The dataset that the builder reads; null if it reads none. Set by the builder.</summary>
    internal string? DatasetAddress { get; set; }

    /// <summary>What builders report about the recipe itself; each message once.</summary>
    internal IReadOnlyCollection<string> Messages => messages;

    /// <summary>All keys under <c>source</c>, without <c>mirrors</c>, which is not for the builder.</summary>
    internal YamlMap Map => map;

    /// <summary>Rejects keys under <c>source</c> that the builder does not support. The key <c>kind</c> is always allowed.</summary>
    /// <exception cref="PileException">A key is unknown; its line and column are named.</exception>
    public void RequireKeys(params ReadOnlySpan<string> known) => map.RequireKeys(["kind", .. known]);

    /// <summary>Returns the text of a key.</summary>
    /// <exception cref="PileException">The key is missing, or its value is not a text; line and column are named.</exception>
    public string Text(string key) => map.Text(key);

    /// <summary>Returns the text of a key, or null if the key is missing.</summary>
    /// <exception cref="PileException">The value is not a text; its line and column are named.</exception>
    public string? TextOrNull(string key) => map.TextOrNull(key);

    /// <summary>Returns the number of a key, or null if the key is missing.</summary>
    /// <exception cref="PileException">The value is not a number; its line and column are named.</exception>
    public double? NumberOrNull(string key) => map.Find(key)?.AsScalar().AsDouble();

    /// <summary>Creates the error of a key with a wrong value. The message names the recipe, line and column.</summary>
    public PileException Invalid(string key, string finding) => map.Required(key).Invalid(finding);

    /// <summary>Reports something about the recipe, which the build repeats when it starts.</summary>
    internal void Report(string message) => messages.Add(message);

    /// <summary>Returns the full path of a file whose path in the recipe is relative to the recipe's folder.</summary>
    public string PathOf(string relativePath) => Path.GetFullPath(Path.Combine(folder, relativePath));

    /// <summary>Returns the name of a source file in the dataset.</summary>
    /// <remarks>The name is the path in the recipe, without leading <c>..</c> and without the fixed part of an absolute glob, which
    /// differs between machines.</remarks>
    public string NameOf(string path) => names.GetValueOrDefault(path) ?? WithoutParentSegments(Path.GetRelativePath(folder, path));

    /// <summary>Returns the files that match one glob or a list of globs, sorted by name, without duplicates.</summary>
    /// <param name="node">The value of a key such as <c>files</c>. <c>*</c> and <c>?</c> match within one name, <c>**</c> any folders.
    /// As in a shell, names that begin with a dot match only patterns that begin with a dot.</param>
    /// <exception cref="DocumentInvalidException">A glob matches no file; its line and column are named.</exception>
    internal IReadOnlyList<string> Files(YamlNode node)
    {
        SortedSet<string> files = new(StringComparer.Ordinal);
        foreach (YamlScalar glob in node is YamlList list ? list.Items.Select(i => i.AsScalar()) : [node.AsScalar()])
        {
            string full = PathOf(glob.Text);
            string[] matched = ExistingPath.IsFile(full) ? [full] : [.. Expand(full)];
            if (matched.Length == 0)
                throw glob.Invalid(WhyNoFile(glob.Text, full));
            files.UnionWith(matched);
            // The fixed part of an absolute glob is specific to this machine; the name of a file begins after it.
            if (Path.IsPathRooted(glob.Text))
                foreach (string file in matched)
                    names[file] = WithoutParentSegments(Path.GetRelativePath(FixedRoot(full), file));
        }
        return [.. files];
    }

    /// <summary>Returns the files of a key, each as a unit. The unit has the name of the file in the dataset.</summary>
    /// <param name="key">The key under <c>source</c>: one glob or a list of globs.</param>
    /// <exception cref="PileException">The key is missing, a glob matches no file, or two files would have the same
    /// name.</exception>
    public IEnumerable<SourceUnit> Units(string key = "files")
    {
        YamlNode value = map.Required(key);
        lock (globs)
            globs.Add(key);
        Dictionary<string, string> pathOfUnit = new(StringComparer.Ordinal);
        foreach (string path in Files(value))
        {
            RequireOwnName(value, pathOfUnit, NameOf(path), path);
            yield return new SourceUnit(NameOf(path), [path]) { EstimatedBytes = new FileInfo(path).Length };
        }
    }

    /// <summary>Returns true if the builder has listed the files of a key as units.</summary>
    internal bool IsGlob(string key)
    {
        lock (globs)
            return globs.Contains(key);
    }

    /// <exception cref="DocumentInvalidException">Another unit has the same name.</exception>
    internal static void RequireOwnName(YamlNode glob, Dictionary<string, string> pathOfUnit, string unit, string path)
    {
        if (!pathOfUnit.TryAdd(unit, path))
            throw glob.Invalid($"'{pathOfUnit[unit]}' and '{path}' would both be called '{unit}' in the dataset; "
                + "rename one, or move the recipe to a folder above both");
    }

    /// <summary>Returns why a glob matches no file.</summary>
    internal static string WhyNoFile(string glob, string full)
    {
        if (SourceUri.IsRemote(glob))
            return $"'{glob}' is on a server, and builders read local files: fetch it first";
        if (Directory.Exists(full))
            return $"'{glob}' is a folder; all of its files are '{Path.Combine(glob, "*")}'";
        string root = FixedRoot(full);
        return $"no file matches '{glob}'" + (Directory.Exists(root) ? $" (looked below {root})" : $": there is no folder {root}");
    }

    private static string FixedRoot(string pattern)
    {
        int glob = pattern.AsSpan().IndexOfAny('*', '?');
        return Path.GetDirectoryName(glob < 0 ? pattern : pattern[..(glob + 1)])!;
    }

    private static string WithoutParentSegments(string relativePath) =>
        string.Join('/', relativePath.Split(Path.DirectorySeparatorChar).SkipWhile(part => part == ".."));

    /// <summary>Returns the files that match the full path of a glob: <c>*</c> and <c>?</c> match within one name, <c>**</c> any
    /// folders.</summary>
    internal static IEnumerable<string> Expand(string pattern)
    {
        string[] parts = pattern.Split(Path.DirectorySeparatorChar);
        int firstGlob = Array.FindIndex(parts, p => p.AsSpan().ContainsAny('*', '?'));
        if (firstGlob < 0)
            return [];
        string root = string.Join(Path.DirectorySeparatorChar, parts[..firstGlob]);
        return Match(root.Length == 0 ? "/" : root, parts.AsMemory(firstGlob));
    }

    private static IEnumerable<string> Match(string current, ReadOnlyMemory<string> parts)
    {
        if (!ExistingPath.IsFolder(current))
            return [];
        string part = parts.Span[0];
        ReadOnlyMemory<string> rest = parts[1..];
        if (part == "**")
            return (rest.IsEmpty ? [] : Match(current, rest))
                .Concat(Directory.EnumerateDirectories(current).Where(d => IsMatch("*", d)).SelectMany(d => Match(d, parts)));
        return rest.IsEmpty
            ? Directory.EnumerateFiles(current).Where(f => IsMatch(part, f))
            : Directory.EnumerateDirectories(current).Where(d => IsMatch(part, d)).SelectMany(d => Match(d, rest));
    }

    // Names that begin with a dot are not data: resource forks of macOS, unfinished builds, checkpoints.
    private static bool IsMatch(string part, string path) => Path.GetFileName(path) is var name
        && (!name.StartsWith('.') || part.StartsWith('.')) && FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false);
}
