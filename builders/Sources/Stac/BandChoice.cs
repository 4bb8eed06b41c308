using System.Collections.Immutable;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Finds the bands of a scene by their names.</summary>
internal static class BandChoice
{
    private const int MostOthers = 3;

    private static readonly string[] Pictures = ["thumbnail", "overview", "visual", "preview"];

    /// <summary>Returns the bands that chips are made of.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="wanted">Their names; empty for all data.</param>
    /// <exception cref="SceneInvalidException">A wanted band is missing, or its name may be one of several.</exception>
    internal static IEnumerable<(SceneAsset Asset, int Number, string Name)> Of(Scene scene, ImmutableArray<string> wanted)
    {
        (SceneAsset Asset, int Number, string Name)[] all = [.. All(scene, includesPictures: !wanted.IsEmpty)];
        if (wanted.IsEmpty)
            return all.Where(b => b.Asset.Bands.Length <= 1 || !IsPicture(b.Asset));
        return wanted.Select(name => Matches(all, name) switch
        {
            [var only] => only with { Name = name },
            [] => throw WithoutBand(scene, name, all),
            var several => throw WithSeveral(scene, name, all, several, "bands"),
        });
    }

    /// <summary>Lists the bands of the rasters of a scene, with the numbers in their files and the names in chips.</summary>
    internal static IEnumerable<(SceneAsset Asset, int Number, string Name)> All(Scene scene, bool includesPictures) =>
        scene.Assets.Where(a => IsRaster(a, includesPictures)).SelectMany(BandsOf);

    /// <summary>Returns the error that a key is that of an asset of several bands, which lists them.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="member">The key of the recipe that names the asset.</param>
    internal static SceneInvalidException WithSeveral(Scene scene, SceneAsset asset, string member) =>
        WithSeveral(scene, asset.Key, [.. scene.Assets.SelectMany(BandsOf)], [.. BandsOf(asset)], member);

    private static SceneInvalidException WithSeveral(Scene scene, string name, (SceneAsset Asset, int Number, string Name)[] all,
        (SceneAsset Asset, int Number, string Name)[] several, string member) => Invalid(scene, SceneProblem.InvalidValue, "assets",
            $"the band '{name}' may be one of " + string.Join(", ", several.Select(b => $"{b.Name} of {b.Asset.Key}")),
            RemedyOf(all, several, member));

    private static SceneInvalidException WithoutBand(Scene scene, string name, (SceneAsset Asset, int Number, string Name)[] all) =>
        scene.FindAsset(name) is { } asset && !IsRaster(asset, includesPictures: true)
            ? Invalid(scene, SceneProblem.NoAssets, $"assets.{name}", $"it is {KindOf(asset)}, which is not read: expected a GeoTIFF, "
                + "netCDF-4 or HDF5 file",
                "Convert it with gdal_translate, and name the copy in the document, or take the band out of 'bands'")
            : Invalid(scene, SceneProblem.NoAssets, "assets", $"there is no band '{name}'; "
                + (all.Length == 0 ? $"no asset is a raster of data{OthersOf(scene)}" : "the bands are "
                    + string.Join(", ", all.Select(b => b.Name))), "Correct 'bands'");

    /// <summary>Lists some assets that are of other formats, for messages; pictures, such as previews, are not meant.</summary>
    internal static string OthersOf(Scene scene)
    {
        string[] others = [.. scene.Assets.Where(a => !IsPicture(a) && !IsRaster(a, includesPictures: true))
            .Select(a => $"'{a.Key}' is {KindOf(a)}").Take(MostOthers + 1)];
        return others.Length == 0 ? "" : $": {string.Join(", ", others.Take(MostOthers))}{(others.Length > MostOthers ? ", …" : "")}; "
            + "GeoTIFF, netCDF-4 and HDF5 files are read";
    }

    private static string KindOf(SceneAsset asset) => SceneInvalidException.Shown(
        asset.Type ?? (Path.GetExtension(asset.Href.Split('?')[0]) is { Length: > 0 } ending ? $"a file '{ending}'" : "of no stated type"));

    private static string RemedyOf((SceneAsset Asset, int Number, string Name)[] all,
        (SceneAsset Asset, int Number, string Name)[] several, string member)
    {
        string[] names = [.. several.Select(b => b.Name).Where(name => Matches(all, name).Length == 1)];
        string others = several.DistinctBy(b => b.Asset.Key).Count() > 1 ? ", or leave assets out ('assets')" : "";
        return names.Length > 0 ? $"Name {string.Join(" or ", names)} in '{member}'{others}"
            : "Give the bands names of their own in the document" + others;
    }

    // A name that is an asset's key means that asset. A picture repeats the names of the bands that it is made of.
    private static (SceneAsset Asset, int Number, string Name)[] Matches((SceneAsset Asset, int Number, string Name)[] all, string name)
    {
        (SceneAsset Asset, int Number, string Name)[] found = [.. all.Where(b => b.Name == name || b.Asset.Key == name)];
        if (found.Length == 0)
            found = [.. all.Where(b => BandAt(b.Asset, b.Number) is var band && (band.CommonName == name || band.Name == name))];
        return found.Length > 1 && found.Any(b => !IsPicture(b.Asset)) ? [.. found.Where(b => !IsPicture(b.Asset))] : found;
    }

    /// <summary>Lists the bands of an asset, with the numbers in its file and the names in chips.</summary>
    internal static IEnumerable<(SceneAsset Asset, int Number, string Name)> BandsOf(SceneAsset asset) => asset.Bands.Length <= 1
        ? [(asset, FileBandOf(asset, 0), asset.Key)]
        : asset.Bands.Select((band, i) =>
            (asset, FileBandOf(asset, i), band.Name is { } name ? $"{asset.Key}_{name}" : $"{asset.Key}_{i + 1}"));

    /// <summary>Returns the number of a band in its file, from 0.</summary>
    internal static int FileBandOf(SceneAsset asset, int position) =>
        position < asset.Bands.Length && asset.Bands[position].FileBand > 0 ? asset.Bands[position].FileBand - 1 : position;

    /// <summary>Returns what a document states of a band of a file, counted from 0.</summary>
    internal static SceneBand BandAt(SceneAsset asset, int number) =>
        asset.Bands.FirstOrDefault(b => b.FileBand == number + 1)
            ?? (number < asset.Bands.Length ? asset.Bands[number]
                : (asset.Bands.IsEmpty ? asset.ItemDefaults : null) ?? new SceneBand());

    private static bool IsRaster(SceneAsset asset, bool includesPictures)
    {
        string path = asset.Href.Split('?')[0];
        bool isRead = AssetLayers.IsHdf(asset) || (asset.Type is { } type ? type.Contains("tiff", StringComparison.OrdinalIgnoreCase)
            : path.EndsWith(".tif", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tiff", StringComparison.OrdinalIgnoreCase));
        return isRead && (includesPictures || !IsPicture(asset));
    }

    private static bool IsPicture(SceneAsset asset) =>
        Pictures.Any(word => asset.HasRole(word) || asset.Key.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static SceneInvalidException Invalid(Scene scene, SceneProblem problem, string field, string finding, string remedy) =>
        new(problem, scene.Source, scene.Index, scene.Id, field, finding, remedy);
}
