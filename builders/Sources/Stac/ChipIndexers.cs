using Pile.Format;
using Pile.Format.Yaml;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The indexers that a recipe can name (the key <c>stats</c>).</summary>
internal static class ChipIndexers
{
    private const string None = "none";

    /// <summary>Reads the indexer of a recipe.</summary>
    /// <param name="stats">The value of <c>stats</c>; null if it is missing.</param>
    /// <param name="named">The indexers that the recipe can name.</param>
    /// <returns>Null to read no pixels.</returns>
    /// <exception cref="DocumentInvalidException">The value is not valid.</exception>
    internal static ChipIndexer? Read(YamlNode? stats, IReadOnlyDictionary<string, ChipIndexer> named)
    {
        if (stats is null)
            return null;
        YamlMap map = stats.AsMap();
        map.RequireKeys("indexer", "mask", "flags");
        if (map.Entries.Count() != 1)
            throw map.Invalid("expected one of 'indexer', 'mask' and 'flags'");
        if (map.Find("indexer") is { } name)
            return name.AsScalar() is { Text: None } ? null : named.GetValueOrDefault(name.AsScalar().Text)
                ?? throw name.Invalid($"there is no indexer '{name.AsScalar().Text}'; there are "
                    + $"{string.Join(", ", named.Keys.Append(None).Order(StringComparer.Ordinal))}");
        if (map.Find("mask")?.AsMap() is { } mask)
        {
            mask.RequireKeys("band", "nodata");
            return new NodataIndexer(mask.Text("band"), mask.Find("nodata")?.AsScalar() switch
            {
                { Text: "nan" or "NaN" } => double.NaN, // as STAC and GDAL write it
                var number => number?.AsDoubleOrNaN(),
            });
        }
        YamlMap flags = map.Required("flags").AsMap();
        flags.RequireKeys("band", "cloud", "nodata", "cloud_classes", "nodata_classes");
        bool hasNodata = flags.Find("nodata") is not null || flags.Find("nodata_classes") is not null;
        bool hasCloud = flags.Find("cloud") is not null || flags.Find("cloud_classes") is not null;
        return new FlagIndexer("flags", [flags.Text("band")],
            hasNodata ? [.. ReadBits(flags.Find("nodata")), .. ReadClasses(flags.Find("nodata_classes"))] : null,
            hasCloud ? [.. ReadBits(flags.Find("cloud")), .. ReadClasses(flags.Find("cloud_classes"))] : null);
    }

    /// <summary>Finds the asset with the band of an indexer, and the number of the band in the file. A name is the key of an asset, in any
    /// case of letters, else the name of a band in chips, else a name or common name of a band.</summary>
    /// <exception cref="SceneInvalidException">A name is the key of an asset with several bands.</exception>
    internal static (SceneAsset Asset, int Number)? Find(ChipIndexer indexer, Scene scene)
    {
        foreach (string name in indexer.Bands)
        {
            if (scene.Assets.FirstOrDefault(asset => asset.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } keyed)
                return keyed.Bands.Length <= 1 ? (keyed, BandChoice.FileBandOf(keyed, 0))
                    : throw BandChoice.WithSeveral(scene, keyed, "stats");
            foreach ((SceneAsset asset, int number, string ofChips) in scene.Assets.SelectMany(BandChoice.BandsOf))
                if (ofChips == name)
                    return (asset, number);
            foreach (SceneAsset asset in scene.Assets)
                for (int i = 0; i < asset.Bands.Length; i++)
                    if (asset.Bands[i].Name == name || asset.Bands[i].CommonName == name)
                        return (asset, BandChoice.FileBandOf(asset, i));
        }
        return null;
    }

    private static IEnumerable<PixelFlag> ReadBits(YamlNode? node) => Scalars(node).Select(bit =>
        bit.AsInt64() is >= 0 and < 32 and var number
        ? PixelFlag.OfBit((int)number) : throw bit.Invalid($"expected the number of a bit, 0 to 31, found {bit.Text}"));

    private static IEnumerable<PixelFlag> ReadClasses(YamlNode? node) => Scalars(node).Select(value => PixelFlag.OfClass(value.AsInt64()));

    private static IEnumerable<YamlScalar> Scalars(YamlNode? node) => node is null ? [] : node.AsList().Items.Select(i => i.AsScalar());
}
