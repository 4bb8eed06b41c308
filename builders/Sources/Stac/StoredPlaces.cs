using System.Collections.Immutable;
using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Where the files are to which a dataset of scenes refers.</summary>
internal sealed class StoredPlaces(IStoredDataset dataset)
{
    private const string Mount = "mount://";

    private readonly MountRules mounts = new(dataset.Mounts.Where(m => !SourceUri.IsRemoteScheme(m.Key))
        .Select(m => KeyValuePair.Create(SourceUri.Mounted(m.Key), m.Value)).DistinctBy(m => m.Key));

    private readonly ImmutableArray<string> folders = [.. dataset.Mounts.Select(m => m.Value).Append(dataset.Address).Where(IsLocal)
        .Select(place => Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)))];

    /// <summary>The addresses of mounted folders of this computer, by folder.</summary>
    internal IReadOnlyDictionary<string, string> Folders { get; } = dataset.Mounts
        .Where(m => m.Key.StartsWith(Mount, StringComparison.Ordinal) && IsLocal(m.Value))
        .DistinctBy(m => Path.TrimEndingDirectorySeparator(Path.GetFullPath(m.Value)))
        .ToDictionary(m => Path.TrimEndingDirectorySeparator(Path.GetFullPath(m.Value)), m => SourceUri.Mounted(m.Key));

    /// <summary>Returns where the file of an asset is.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="source">The document, for messages.</param>
    /// <param name="rules">The mounts of the recipe. They apply to the address in the document, then to that in the dataset. Of a relative
    /// address, only the dataset has the folder: if the file is where the dataset has it, it is that one.</param>
    /// <param name="placed">The address in the dataset, if the result is the file of this name in a mounted folder. Otherwise null.</param>
    /// <exception cref="SourceUnreadableException">The address is not allowed, or it is not known where the file is.</exception>
    internal string AddressOf(SceneAsset asset, string source, MountRules rules, out string? placed)
    {
        string href = SignedQuery.Remove(asset.Href), stored = asset.Stored!.Href;
        placed = null;
        bool isRelative = AssetHref.IsRelative(href) && AssetHref.FindFault(asset.Href) is null;
        if (!isRelative && rules.TryApply(href, out _))
            return AssetHref.Resolve(asset.Href, source, rules, out placed);
        if (isRelative && !rules.IsPlaceRemote && FindFile(stored, rules) is { } file)
            return file;
        if (isRelative && AssetHref.TryMount(href, rules, out string mapped))
        {
            placed = rules.TryPrefix(href, out _) ? null : stored;
            return mapped;
        }
        if (rules.TryApply(stored, out mapped))
            return mapped;
        if (mounts.TryApply(stored, out string place))
            return rules.TryApply(place, out mapped) ? mapped : place;
        if (stored.StartsWith(Mount, StringComparison.Ordinal))
            throw new SourceUnreadableException(dataset.Address, $"it refers to '{stored}', but it is not known where that is",
                $"Name the folder in 'assets.mount': {{ \"{stored[..(stored.IndexOf('/', Mount.Length) is > 0 and var end ? end
                    : stored.Length)]}\": FOLDER }}");
        return AssetHref.Resolve(stored, $"{dataset.Address.TrimEnd('/')}/", MountRules.None);
    }

    /// <summary>Returns true for a local file in a mounted folder, or in that of the dataset.</summary>
    internal bool HasFile(string path) => folders.Any(folder => SceneRecipe.IsBelow(path, folder));

    // Where a prefix of the recipe or the dataset has a file that exists.
    private string? FindFile(string stored, MountRules rules) =>
        rules.TryPrefix(stored, out string mapped) ? mapped
        : !mounts.TryApply(stored, out string place) ? null
        : rules.TryPrefix(place, out mapped) ? mapped
        : IsLocal(place) && File.Exists(place) ? place : null;

    private static bool IsLocal(string place) => !place.Contains("://", StringComparison.Ordinal);
}
