using System.Collections.Immutable;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>Measures which pixels of a chip are missing or cloudy. A new sensor is a class with one method.</summary>
internal abstract class ChipIndexer
{
    /// <summary>The names of the band that the indexer reads, as assets, bands or common names; the first one that a scene has is
    /// read.</summary>
    internal abstract ImmutableArray<string> Bands { get; }

    /// <summary>Measures a chip. Called by several threads.</summary>
    /// <param name="block">The pixels of the band.</param>
    internal abstract ChipStatistics Measure(in ChipBlock block);

    /// <summary>Finds the asset with the band, and the number of the band in the file.</summary>
    internal (SceneAsset Asset, int Number)? Find(Scene scene)
    {
        foreach (string name in Bands)
            foreach (SceneAsset asset in scene.Assets)
            {
                if (asset.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return (asset, 0);
                for (int i = 0; i < asset.Bands.Length; i++)
                    if (asset.Bands[i].Name == name || asset.Bands[i].CommonName == name)
                        return (asset, asset.Bands[i].FileBand > 0 ? asset.Bands[i].FileBand - 1 : i);
            }
        return null;
    }
}
