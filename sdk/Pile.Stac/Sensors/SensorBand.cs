using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>A band of a sensor definition.</summary>
/// <param name="Assets">The keys of the assets that contain the band, as providers name them.</param>
/// <param name="Platforms">The platforms that the entry is about, in lower case with hyphens; empty for all.</param>
/// <param name="FileBand">The number of the band in the file, from 1.</param>
/// <param name="IsReflectance">True for a band with the offset of Sentinel-2's processing baseline (<see cref="Sentinel2Offset"/>).</param>
/// <param name="Band">What is known of the band.</param>
internal sealed record SensorBand(ImmutableArray<string> Assets, ImmutableArray<string> Platforms, int FileBand, bool IsReflectance,
    SceneBand Band)
{
    /// <summary>Reads an entry of a definition.</summary>
    internal static SensorBand Read(OdcNode node)
    {
        int fileBand = (int)(node.Find("file_band")?.Integer(1, 100) ?? 1);
        return new SensorBand([.. node.Required("assets").Items().Select(a => a.Text())],
            [.. node.Find("platforms")?.Items().Select(p => p.Text()) ?? []], fileBand, node.Find("reflectance") is not null, new SceneBand
            {
                Name = node.Required("name").Text(),
                CommonName = node.Find("common_name")?.Text(),
                CentreWavelengthUm = node.Find("centre_wavelength_um")?.Number(),
                DType = node.Required("dtype").Text(),
                AssumesDType = true,
                AssumesNodata = true,
                Nodata = node.Find("nodata")?.NumberOrNaN(),
                Unit = node.Find("unit")?.Text(),
                Scale = node.Find("scale")?.Number(),
                Offset = node.Find("offset")?.Number(),
                GsdM = node.Find("gsd_m")?.Number(),
                Flags = node.Find("flags_definition") is { } flags ? Measurement.ReadFlags(flags) : [],
                FileBand = fileBand,
            });
    }
}
