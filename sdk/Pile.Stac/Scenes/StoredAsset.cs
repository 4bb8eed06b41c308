using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>What a dataset of scenes stores for an asset beside the document: where the file is, and the bands with what a sensor
/// definition completed when the dataset was built.</summary>
/// <param name="Href">The address, without signatures.</param>
/// <param name="Layer">The layer; null without layers.</param>
/// <param name="Bands">The bands; empty if none are known.</param>
internal sealed record StoredAsset(string Href, string? Layer, ImmutableArray<SceneBand> Bands)
{
    /// <summary>Returns an asset with what neither its document nor its sensor definition states taken from the dataset.</summary>
    internal SceneAsset Complete(SceneAsset asset) => asset with
    {
        Layer = asset.Layer ?? Layer,
        Bands = asset.Bands.IsEmpty ? Bands
            : asset.Bands.Length == Bands.Length ? [.. asset.Bands.Select((band, i) => Complete(band, Bands[i]))]
            : asset.Bands,
    };

    private static SceneBand Complete(SceneBand band, SceneBand stored) => band with
    {
        Name = band.Name ?? stored.Name,
        CommonName = band.CommonName ?? stored.CommonName,
        CentreWavelengthUm = band.CentreWavelengthUm ?? stored.CentreWavelengthUm,
        AssumesDType = band.AssumesDType || band.DType is null,
        DType = band.DType ?? stored.DType,
        AssumesNodata = band.AssumesNodata || band.Nodata is null,
        Nodata = band.Nodata ?? stored.Nodata,
        Unit = band.Unit ?? stored.Unit,
        Scale = band.Scale ?? stored.Scale,
        Offset = band.Offset ?? stored.Offset,
        GsdM = band.GsdM ?? stored.GsdM,
    };
}
