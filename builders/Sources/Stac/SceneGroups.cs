using Pile.Format;
using Pile.Stac;

namespace Pile.Builders.Sources.Stac;

/// <summary>The nested groups <c>asset</c> and <c>band</c> of the scenes of a batch.</summary>
internal sealed class SceneGroups
{
    /// <summary>The names of the groups.</summary>
    internal const string Asset = "asset", Band = "band";

    private readonly NestedLists assets, bands;
    private readonly TextValues key, href, type, roles, name, commonName, bandAsset, dtype, unit, layer;
    private readonly List<int> number;
    private readonly List<double> gsd, nodata, scale, offset, wavelength;
    private readonly List<bool> hasNodata;

    /// <param name="memory">The memory of the columns.</param>
    internal SceneGroups(ColumnMemory memory)
    {
        (assets, bands) = (new NestedLists(Asset, memory), new NestedLists(Band, memory));
        key = assets.Texts("key", "the key of the asset in the document");
        href = assets.Texts("href", "the address of the file, without signatures; local files are mount://FOLDER/PATH");
        type = assets.Texts("type", "the media type; empty if it is not known");
        roles = assets.Texts("roles", "the roles, divided by commas");
        name = bands.Texts("name", "the name; that of the asset if the band has none");
        commonName = bands.Texts("common_name", "the common name, such as red; empty if it is not known");
        bandAsset = bands.Texts("asset", "the key of the asset with the band");
        number = bands.Values<int>("number", DType.Int32, null, "the number of the band in its file, from 1");
        dtype = bands.Texts("dtype", "the dtype of the pixels; empty if it is not known");
        unit = bands.Texts("unit", "the unit of physical values; empty if it is not known");
        layer = bands.Texts("layer", "the layer of a file with several, such as a variable; empty without layers");
        gsd = bands.Values<double>("gsd", DType.Float64, "m", "ground sampling distance; NaN if it is not known");
        hasNodata = bands.Values<bool>("has_nodata", DType.Bool, null, "whether there is a value of pixels without data");
        nodata = bands.Values<double>("nodata", DType.Float64, null,
            "the value of pixels without data, which may be NaN; NaN also if has_nodata is false");
        scale = bands.Values<double>("scale", DType.Float64, null, "physical value = scale * number + offset; NaN if it is not known");
        offset = bands.Values<double>("offset", DType.Float64, null, "physical value = scale * number + offset; NaN if it is not known");
        wavelength = bands.Values<double>("center_wavelength", DType.Float64, "um", "wavelength of the centre; NaN if it is not known");
    }

    /// <summary>Adds the assets and bands of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="hrefOf">Returns the address that is stored for an asset.</param>
    internal void Add(Scene scene, Func<Scene, SceneAsset, string> hrefOf)
    {
        int bandCount = 0;
        foreach (SceneAsset asset in scene.Assets)
        {
            key.Add(asset.Key);
            href.Add(hrefOf(scene, asset));
            type.Add(asset.Type);
            roles.Add(asset.Roles is [var only] ? only : string.Join(',', asset.Roles));
            for (int i = 0; i < asset.Bands.Length; i++, bandCount++)
                Add(scene, asset, asset.Bands[i], i);
        }
        assets.EndRow(scene.Assets.Length);
        bands.EndRow(bandCount);
    }

    /// <summary>Returns the columns.</summary>
    internal IEnumerable<ColumnData> ToColumns() => [.. assets.ToColumns(), .. bands.ToColumns()];

    private void Add(Scene scene, SceneAsset asset, SceneBand band, int position)
    {
        name.Add(band.Name ?? asset.Key);
        commonName.Add(band.CommonName);
        bandAsset.Add(asset.Key);
        number.Add(band.FileBand > 0 ? band.FileBand : position + 1);
        dtype.Add(band.DType);
        unit.Add(band.Unit);
        layer.Add(asset.Layer);
        gsd.Add(band.GsdM ?? asset.GsdM ?? GsdOfItem(scene, asset) ?? double.NaN);
        hasNodata.Add(band.Nodata is not null);
        nodata.Add(band.Nodata ?? double.NaN);
        scale.Add(band.Scale ?? double.NaN);
        offset.Add(band.Offset ?? double.NaN);
        wavelength.Add(band.CentreWavelengthUm ?? double.NaN);
    }

    // That of an item is the best one of its assets, and their default in all versions of STAC. A sensor definition is more exact.
    private static double? GsdOfItem(Scene scene, SceneAsset asset) =>
        scene.Format is SceneFormat.Stac ? scene.Common.GsdM ?? asset.ItemDefaults?.GsdM : null;
}
