using Pile.Rasters;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The layers of assets: EO3 documents name them, STAC items write them after the address, as in
/// <c>file.nc#variable</c>.</summary>
internal static class AssetLayers
{
    /// <summary>Takes the layers out of the addresses of netCDF and HDF5 files.</summary>
    internal static Scene Apply(Scene scene) => scene.Assets.Any(asset => asset.Layer is null && asset.Href.Contains('#'))
        ? scene with { Assets = [.. scene.Assets.Select(Apply)] } : scene;

    /// <summary>Returns true if an asset is a netCDF or HDF5 file by its type or name.</summary>
    internal static bool IsHdf(SceneAsset asset) => HdfDriver.HasEnding(asset.Href.Split('?')[0])
        || (asset.Type is { } type && (type.Contains("netcdf", StringComparison.OrdinalIgnoreCase)
            || type.Contains("hdf5", StringComparison.OrdinalIgnoreCase)));

    private static SceneAsset Apply(SceneAsset asset)
    {
        int at = asset.Href.LastIndexOf('#');
        if (asset.Layer is not null || at < 0 || at == asset.Href.Length - 1)
            return asset;
        SceneAsset file = asset with { Href = asset.Href[..at], Layer = asset.Href[(at + 1)..] };
        return IsHdf(file) ? file : asset;
    }
}
