namespace Pile.Builders.Sources.Stac;

/// <summary>MOD09 surface reflectance QC, bits 0 and 1: 2 is not produced because of clouds, 3 for other reasons.</summary>
internal sealed class ModisIndexer() : FlagIndexer("modis", ["sur_refl_qc_500m", "qc_500m", "QC"], [new PixelFlag(3, 3)],
    [new PixelFlag(3, 2)]);
