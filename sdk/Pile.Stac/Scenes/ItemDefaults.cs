using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>Gives bands what the properties of their item state for all assets (STAC 1.1, "Assets", additional fields: "If a property is
/// defined in the Item Properties, it is the default value for all assets in the Item").</summary>
internal static class ItemDefaults
{
    private static readonly string[] Rasters = ["tif", "jp2", "netcdf", "hdf"], Endings = [".tif", ".tiff", ".jp2", ".nc", ".h5", ".hdf5"];
    private static readonly string[] Pictures = ["thumbnail", "overview", "visual"];

    // The roles of the best practices of STAC whose pixels are not measured.
    private static readonly string[] Masks = ["data-mask", "snow-ice", "land-water", "water-mask", "cloud", "cloud-shadow", "saturation"];

    /// <summary>Returns a scene with the bands of its assets completed.</summary>
    internal static Scene Apply(Scene scene) => scene.Assets.Any(asset => asset.ItemDefaults is not null)
        ? scene with { Assets = [.. scene.Assets.Select(Complete)] } : scene;

    /// <summary>Returns an asset with its bands completed. A raster whose bands are not listed has one, as a raster that states the
    /// members itself.</summary>
    internal static SceneAsset Complete(SceneAsset asset) => asset.ItemDefaults is not { } defaults ? asset
        : asset.Bands.IsEmpty ? IsRaster(asset) ? asset with { Bands = [defaults] } : asset
        : asset with { Bands = [.. asset.Bands.Select(band => Complete(asset, band, null)!)] };

    /// <summary>Returns a band with what it does not state taken from the item.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="band">What the document states of the band; null if the asset does not list its bands.</param>
    /// <param name="known">What the sensor definition states of it; null if it is not known.</param>
    /// <remarks>The properties are about what was measured. A mask, a classification or a picture whose own data type is another one, and a
    /// band of flags that the sensor definition describes, take nothing from them: the "no data" value would be one of their
    /// codes.</remarks>
    internal static SceneBand? Complete(SceneAsset asset, SceneBand? band, SceneBand? known)
    {
        if (asset.ItemDefaults is not { } defaults || known is { Flags.IsEmpty: false })
            return band;
        if (defaults.DType is { } ofItem && (band?.DType ?? known?.DType) is { } own && own != ofItem && IsMaskOrPicture(asset, band))
            return band;
        band ??= new SceneBand { FileBand = known?.FileBand ?? 0 };
        return band with
        {
            CommonName = band.CommonName ?? defaults.CommonName,
            CentreWavelengthUm = band.CentreWavelengthUm ?? defaults.CentreWavelengthUm,
            FullWidthHalfMaxUm = band.FullWidthHalfMaxUm ?? defaults.FullWidthHalfMaxUm,
            DType = band.DType ?? defaults.DType,
            HasItemDType = band.DType is null && defaults.DType is not null,
            Nodata = band.Nodata ?? (band.DeniesNodata ? null : defaults.Nodata),
            HasItemNodata = band.Nodata is null && !band.DeniesNodata && defaults.Nodata is not null,
            Unit = band.Unit ?? defaults.Unit,
            Scale = band.Scale ?? defaults.Scale,
            Offset = band.Offset ?? defaults.Offset,
        };
    }

    /// <summary>Returns true if the document lists no bands of an asset, so that its only one is that of its item.</summary>
    internal static bool IsOnlyBandOf(SceneAsset asset) => asset.Bands is [var only] && ReferenceEquals(only, asset.ItemDefaults);

    /// <summary>Returns true if the numbers of a band are codes of classes or flags, by the document or the sensor definition.</summary>
    internal static bool AreCodes(SceneAsset asset, SceneBand band) =>
        !band.Flags.IsEmpty || Classifies(asset.Others) || Classifies(band.Others)
        || asset.Others.Concat(band.Others).Any(member => member.Name is "file:values");

    private static bool IsMaskOrPicture(SceneAsset asset, SceneBand? band) =>
        Masks.Any(asset.HasRole) || Pictures.Any(asset.HasRole) || Classifies(asset.Others) || Classifies(band?.Others ?? []);

    private static bool Classifies(ImmutableArray<SceneProperty> members) =>
        members.Any(member => member.Name is "classification:classes" or "classification:bitfields");

    private static bool IsRaster(SceneAsset asset) => !Pictures.Any(asset.HasRole) && (asset.Type is { } type
        ? Rasters.Any(word => type.Contains(word, StringComparison.OrdinalIgnoreCase))
        : Endings.Any(ending => asset.Href.Split('?', '#')[0].EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
}
