using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Earth;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Proj;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The keys of a recipe that scenes and chips have in common: the documents, and what is taken of them. <c>SOURCE.md</c> describes
/// them.</summary>
internal sealed partial class SceneRecipe : IDisposable
{
    /// <summary>The key that decides whether the headers of raster files are read.</summary>
    internal const string Probe = "probe";

    /// <summary>What to do about documents of several files with one id; those of one file are compared before.</summary>
    internal const string RepeatedIdRemedy = "If the documents describe the same scene and have other assets, join them: "
        + "'join: assets' in the recipe, or --set source.join=assets. Otherwise leave one of them out of 'items'";

    /// <summary>The keys.</summary>
    internal static readonly string[] Keys = ["kind", "items", SceneSearch.Key, "assets", "sensor", "join", Probe];

    private readonly RecipeSource recipe;
    private readonly SceneSearch? search;
    private readonly StoredScenes? stored;
    private readonly SensorDefinition? sensor;
    private readonly AssetSelection selection;
    private readonly MountRules rules;
    private readonly MountedNames? mountedNames;
    private volatile FrozenSet<string>? listed; // the files of documents; null for a single one
    private readonly ImmutableArray<string> folders; // the local folders in which rasters may be

    /// <exception cref="DocumentInvalidException">A key is missing or misused; line and column are named.</exception>
    internal SceneRecipe(RecipeSource recipe)
    {
        this.recipe = recipe;
        Tiles = SceneTiles.Of(recipe);
        RequireOneSource(recipe.Map);
        search = recipe.Map.Find(SceneSearch.Key) is { } api ? new SceneSearch(api.AsMap()) : null;
        stored = recipe.Map.Find(StoredScenes.Key) is { } scenes ? new StoredScenes(scenes.AsScalar(), recipe) : null;
        YamlMap? assets = recipe.Map.Find("assets")?.AsMap();
        assets?.RequireKeys("include", "exclude", "mount");
        selection = Valid(assets, () => new AssetSelection(Texts(assets?.Find("include")), Texts(assets?.Find("exclude"))));
        YamlNode? mount = assets?.Find("mount");
        KeyValuePair<string, string>[] mounts = [.. Rules(mount)];
        rules = Valid(assets, () => new MountRules(mounts));
        mountedNames = rules.Place is null ? null : new MountedNames(mount!);
        HasMounts = mounts.Length > 0;
        folders = [Folder, .. mounts.Select(m => m.Value).Where(m => !m.Contains("://", StringComparison.Ordinal))
            .Select(Path.TrimEndingDirectorySeparator)];
        sensor = recipe.Map.Find("sensor")?.AsScalar() is { } name ? Valid(name, () => SensorDefinition.For(name.Text)) : null;
        JoinsAssets = recipe.Map.Find("join")?.AsScalar() is { } join
            && (join.Text == "assets" ? true : throw join.Invalid($"expected 'assets', found '{join.Text}'"));
        ProbesHeaders = recipe.Map.Find(Probe)?.AsScalar() is { } probe
            && (probe.Text is "headers" || (probe.Text is "none" ? false
                : throw probe.Invalid($"expected none or headers, found '{probe.Text}'")));
    }

    /// <summary>The tiles by which the rows are divided; null for cells of HEALPix.</summary>
    internal SceneTiles? Tiles { get; }

    /// <summary>True to read the headers of all raster files; false to read only those that documents do not describe.</summary>
    internal bool ProbesHeaders { get; }

    /// <summary>True if addresses are mapped to where the files are.</summary>
    internal bool HasMounts { get; }

    /// <summary>True to join documents with one id that describe the same scene.</summary>
    internal bool JoinsAssets { get; }

    /// <summary>The transforms of coordinate reference systems to longitude and latitude.</summary>
    internal SceneCrs Crs { get; } = new();

    /// <summary>The folder to which the paths of local rasters are relative.</summary>
    internal string Folder => Path.TrimEndingDirectorySeparator(recipe.PathOf(""));

    /// <summary>Lists the parts of a dataset of scenes, or the files of documents.</summary>
    internal async IAsyncEnumerable<SourceUnit> UnitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SourceUnit unit in stored is null ? Units() : await stored.UnitsAsync(cancellationToken).ConfigureAwait(false))
            yield return unit;
    }

    /// <summary>Lists the files of documents. All of them are one unit if documents are joined, and so are the items of a
    /// search.</summary>
    internal IEnumerable<SourceUnit> Units()
    {
        if (search is not null)
            return [new SourceUnit("search", [])];
        YamlNode items = recipe.Map.Required("items");
        IReadOnlyList<string> files = recipe.Files(items);
        listed = files.Count > 1 ? files.ToFrozenSet(StringComparer.Ordinal) : null;
        Dictionary<string, string> pathOfName = new(StringComparer.Ordinal);
        foreach (string file in files)
            RecipeSource.RequireOwnName(items, pathOfName, recipe.NameOf(file), file);
        return JoinsAssets
            ? [new SourceUnit("items", files) { EstimatedBytes = files.Sum(BytesOf) }]
            : files.Select(file => new SourceUnit(recipe.NameOf(file), [file]) { EstimatedBytes = BytesOf(file) });
    }

    /// <summary>Skips a document if bad rows are skipped. Otherwise the build stops.</summary>
    internal static void Reject(BuildContext context, string file, SceneInvalidException problem)
    {
        if (!context.SkipsBadRows)
            throw problem;
        // The file of an item that a catalog links to is not in the list of sources: only the reason names it (SCHEMA.md, S6.9).
        bool isLinked = IsJson(file) && IsJson(problem.SourcePath) && Path.GetFileName(problem.SourcePath) != Path.GetFileName(file);
        context.Skip(file, isLinked ? null : problem.Index, problem.Message);

        static bool IsJson(string path) => path.EndsWith("json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns the mounts of the dataset that the scenes are from, by folder.</summary>
    internal IReadOnlyDictionary<string, string> StoredMounts() =>
        stored?.Places?.Folders ?? ImmutableDictionary<string, string>.Empty;

    /// <summary>Returns where a raster of a scene is.</summary>
    /// <exception cref="SourceUnreadableException">Its address is not allowed, or it is a local path outside the folders of the document,
    /// of the recipe and of <c>assets.mount</c>.</exception>
    /// <exception cref="DocumentInvalidException">A mounted folder has one file for the addresses of several assets.</exception>
    /// <remarks>Items often come from elsewhere; they must not make Pile read any file of this computer.</remarks>
    internal string AddressOf(Scene scene, SceneAsset asset)
    {
        string address = asset.Stored is null ? AssetHref.Resolve(asset, null, scene.Source, rules, out string? placed)
            : stored!.Places!.AddressOf(asset, scene.Source, rules, out placed);
        if (placed is not null)
            mountedNames!.Add(address, placed);
        if (address.Contains("://", StringComparison.Ordinal))
            return address;
        string path = Path.GetFullPath(address);
        string? folder = asset.Stored is null ? Path.GetDirectoryName(Path.GetFullPath(scene.Source)) : null;
        return folders.Append(folder).Any(allowed => allowed is not null && IsBelow(path, allowed)) || stored?.Places?.HasFile(path) == true
            ? address
            : throw new SourceUnreadableException(scene.Source, $"item {scene.Index}, the asset '{asset.Key}': the file '{path}' is "
                + $"neither below the folder of the {(asset.Stored is null ? "document" : "dataset or its mounts")} nor below that of "
                + "the recipe",
                "Name its folder in 'assets.mount' if it may be read");
    }

    /// <inheritdoc/>
    public void Dispose() => stored?.Dispose();

    /// <summary>Returns the footprint of a scene.</summary>
    /// <exception cref="SceneInvalidException">The geometry is not valid, or its coordinate reference system is unknown.</exception>
    internal Footprint FootprintOf(Scene scene)
    {
        try
        {
            return SceneFootprint.Of(scene, Crs.OnEarthToLonLat);
        }
        catch (CrsInvalidException e)
        {
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "geometry",
                e.Message.TrimEnd('.'), "Correct the document, or leave it out", e);
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Rules(YamlNode? mount) => mount switch
    {
        null => [],
        YamlScalar place => [new("", PlaceOf(place.Text))],
        _ => mount.AsMap().Entries.Select(e => new KeyValuePair<string, string>(e.Key.Text, PlaceOf(e.Value.AsScalar().Text))),
    };

    private string PlaceOf(string place) => place.Contains("://", StringComparison.Ordinal) ? place : recipe.PathOf(place);

    /// <summary>Returns the texts of a scalar or a list.</summary>
    internal static IEnumerable<string> Texts(YamlNode? node) => node switch
    {
        null => [],
        YamlList list => list.Items.Select(i => i.AsScalar().Text),
        _ => [node.AsScalar().Text],
    };

    /// <summary>Creates a value from a node; an error of its constructor is one of the node.</summary>
    internal static T Valid<T>(YamlNode? node, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (ArgumentException e) when (node is not null)
        {
            throw node.Invalid(BuilderFailedException.LineOf(e));
        }
    }

    private static void RequireOneSource(YamlMap map)
    {
        string[] given = [.. ((string[])["items", SceneSearch.Key, StoredScenes.Key]).Where(key => map.Find(key) is not null)];
        if (given.Length == 0)
            throw map.Invalid($"the key 'items' is missing (or '{SceneSearch.Key}', to search for items; or for chips "
                + $"'{StoredScenes.Key}', a dataset of scenes)");
        if (given.Length > 1)
            throw map.Required(given[0]).Invalid($"{string.Join(" and ", given.Select(key => $"'{key}'"))} are "
                + $"{(given.Length == 2 ? "two" : "three")} sources of items; give one of them");
    }

    /// <summary>Returns true for a path in a folder or below it.</summary>
    internal static bool IsBelow(string path, string folder) => folder.Length == 1
        || (path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length && path[folder.Length] == '/');

    private static long BytesOf(string file) => new FileInfo(file).Length;
}
