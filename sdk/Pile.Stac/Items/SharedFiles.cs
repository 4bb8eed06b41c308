using System.Collections.Immutable;
using System.Text;

namespace Pile.Stac;

/// <summary>Makes one asset of the assets that are single bands of one file, because readers of STAC take the first entry of <c>bands</c>
/// for the first band of the file.</summary>
/// <remarks>Source: STAC 1.1, "Band Object": the bands of an asset are listed in the order of the file. Layers of netCDF and HDF5 files
/// stay assets of their own: their bands are time slices, of which there may be thousands.</remarks>
internal static class SharedFiles
{
    /// <summary>The key of a joined asset.</summary>
    private const string Key = "data";

    /// <summary>Returns the assets of a scene. A joined one has the place of the first of its bands.</summary>
    /// <exception cref="SceneInvalidException">The number of a band is greater than that of the last band of a list.</exception>
    internal static ImmutableArray<SceneAsset> Join(Scene scene)
    {
        HashSet<string> shared = [.. scene.Assets.Where(a => NumberOf(a) > 1).Select(a => a.Href)];
        if (shared.Count == 0)
            return scene.Assets;
        List<List<SceneAsset>> files = [];
        Dictionary<(string File, int Repetition), List<SceneAsset>> known = [];
        foreach (SceneAsset asset in scene.Assets)
            if (NumberOf(asset) == 0 || !shared.Contains(asset.Href))
                files.Add([asset]);
            else
                Add(asset, StacItemWriter.TextOf(asset with { Key = "", Bands = [] }));
        HashSet<string> keys = [.. scene.Assets.Select(a => a.Key)];
        return [.. files.Select(file => file is [var only] && NumberOf(only) <= 1 ? only : Joined(scene, file, keys))];

        // A second name for the same band belongs to a second list.
        void Add(SceneAsset asset, string file)
        {
            for (int repetition = 0; ; repetition++)
                if (!known.TryGetValue((file, repetition), out List<SceneAsset>? bands))
                {
                    files.Add(known[(file, repetition)] = [asset]);
                    return;
                }
                else if (bands.All(other => NumberOf(other) != NumberOf(asset)))
                {
                    bands.Add(asset);
                    return;
                }
        }
    }

    /// <summary>Returns the assets of which a joined one was made, with the keys that its bands have.</summary>
    internal static IEnumerable<SceneAsset> Divide(SceneAsset asset) => asset.Bands.Where(band => band.AssetKey is not null)
        .Select(band => asset with { Key = band.AssetKey!, Bands = [band with { AssetKey = null }] });

    // 0 for an asset that is not a single band with a known number.
    private static int NumberOf(SceneAsset asset) => asset is { Layer: null, Bands: [var only] } ? only.FileBand : 0;

    private static SceneAsset Joined(Scene scene, List<SceneAsset> file, HashSet<string> keys)
    {
        SceneAsset last = file.MaxBy(NumberOf)!;
        if (NumberOf(last) > ItemReader.MostBands)
            throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, $"assets.{last.Key}",
                $"it is band {NumberOf(last)} of its file, but a list of bands has at most {ItemReader.MostBands}",
                "Correct the number, or leave the asset out");
        string key = Key;
        for (int number = 2; !keys.Add(key); number++)
            key = $"{Key}_{number}";
        Dictionary<int, SceneAsset> assets = file.ToDictionary(NumberOf);
        return file[0] with
        {
            Key = key,
            Bands = [.. Enumerable.Range(1, NumberOf(last)).Select(number => assets.TryGetValue(number, out SceneAsset? asset)
                ? asset.Bands[0] with { AssetKey = asset.Key } : Unnamed(number))],
        };
    }

    // A band of the file that the scene does not have, so that the others are at their places.
    private static SceneBand Unnamed(int number) => new()
    {
        Others = [new("description", new(Encoding.UTF8.GetBytes($"\"band {number} of the file, without a name in the dataset\"")))],
    };
}
