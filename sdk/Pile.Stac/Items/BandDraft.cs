namespace Pile.Stac;

/// <summary>A band while the lists that describe it are read.</summary>
internal sealed class BandDraft
{
    internal string? Name { get; set; }

    /// <summary>The name in a list of the extension <c>raster</c>, which defines none: titles occur there. Used where there is no
    /// other.</summary>
    internal string? RasterName { get; set; }

    internal string? CommonName { get; set; }

    internal double? CentreWavelengthUm { get; set; }

    internal double? FullWidthHalfMaxUm { get; set; }

    internal string? DType { get; set; }

    internal double? Nodata { get; set; }

    internal bool DeniesNodata { get; set; }

    internal string? Unit { get; set; }

    internal double? Scale { get; set; }

    internal double? Offset { get; set; }

    internal double? GsdM { get; set; }

    /// <summary>The resolution of the pixels, which is not always the ground sample distance; used where there is no other.</summary>
    internal double? ResolutionM { get; set; }

    /// <summary>The members <c>pile:band</c> and <c>pile:asset</c> of exported items.</summary>
    internal int FileBand { get; set; }

    /// <inheritdoc cref="FileBand"/>
    internal string? AssetKey { get; set; }

    internal List<SceneProperty>? Others { get; set; }

    internal SceneBand ToBand() => new()
    {
        Name = Name ?? RasterName,
        CommonName = CommonName,
        CentreWavelengthUm = CentreWavelengthUm,
        FullWidthHalfMaxUm = FullWidthHalfMaxUm,
        DType = DType,
        Nodata = Nodata,
        DeniesNodata = DeniesNodata && Nodata is null,
        Unit = Unit,
        Scale = Scale,
        Offset = Offset,
        GsdM = GsdM ?? ResolutionM,
        FileBand = FileBand,
        AssetKey = AssetKey,
        Others = Others is null ? [] : [.. Others],
    };

    /// <summary>Takes what this band does not state from the members of its asset (STAC 1.1).</summary>
    internal void Inherit(BandDraft asset)
    {
        CommonName ??= asset.CommonName;
        CentreWavelengthUm ??= asset.CentreWavelengthUm;
        FullWidthHalfMaxUm ??= asset.FullWidthHalfMaxUm;
        DType ??= asset.DType;
        if (!DeniesNodata)
            (Nodata, DeniesNodata) = (Nodata ?? asset.Nodata, asset.DeniesNodata);
        Unit ??= asset.Unit;
        Scale ??= asset.Scale;
        Offset ??= asset.Offset;
        ResolutionM ??= asset.ResolutionM;
    }
}
