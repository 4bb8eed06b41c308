using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>A band of an asset: <c>eo:bands</c>, <c>raster:bands</c> and the <c>bands</c> of STAC 1.1 in one. A member is null where the
/// document does not state it.</summary>
internal sealed record SceneBand
{
    /// <summary>The name, such as <c>B04</c>.</summary>
    internal string? Name { get; init; }

    /// <summary>The common name, such as <c>red</c>.</summary>
    internal string? CommonName { get; init; }

    /// <summary>The wavelength of the centre in micrometres.</summary>
    internal double? CentreWavelengthUm { get; init; }

    /// <summary>The full width at half maximum in micrometres.</summary>
    internal double? FullWidthHalfMaxUm { get; init; }

    /// <summary>The dtype, such as <c>uint16</c>.</summary>
    internal string? DType { get; init; }

    /// <summary>True if <see cref="DType"/> is that of a sensor definition, because the document states none.</summary>
    internal bool AssumesDType { get; init; }

    /// <summary>True if <see cref="DType"/> is that of the properties of the item.</summary>
    internal bool HasItemDType { get; init; }

    /// <summary>The value that means "no data": null if none is declared, NaN if it is NaN. In JSON, NaN is the text <c>nan</c>.</summary>
    internal double? Nodata { get; init; }

    /// <summary>True if <see cref="Nodata"/> is that of a sensor definition, because the document states none.</summary>
    internal bool AssumesNodata { get; init; }

    /// <summary>True if <see cref="Nodata"/> is that of the properties of the item.</summary>
    internal bool HasItemNodata { get; init; }

    /// <summary>True if the document states null, so that the value of the item does not apply.</summary>
    internal bool DeniesNodata { get; init; }

    /// <summary>The unit of scaled values.</summary>
    internal string? Unit { get; init; }

    /// <summary>The factor: value = <see cref="Scale"/> · stored + <see cref="Offset"/>.</summary>
    internal double? Scale { get; init; }

    /// <summary>The offset of <see cref="Scale"/>.</summary>
    internal double? Offset { get; init; }

    /// <summary>The ground sample distance in metres.</summary>
    internal double? GsdM { get; init; }

    /// <summary>The number of the band in the file, from 1; 0 if it is that of its position.</summary>
    internal int FileBand { get; init; }

    /// <summary>The key of the asset that is only this band, in an asset that lists the bands of a file (<see cref="SharedFiles"/>); else
    /// null.</summary>
    internal string? AssetKey { get; init; }

    /// <summary>The meanings of bits; from a sensor definition or product definition, never from an item.</summary>
    internal ImmutableArray<FlagDefinition> Flags { get; init; } = [];

    /// <summary>Members that this type does not name, such as <c>description</c>; statistics are ignored.</summary>
    internal ImmutableArray<SceneProperty> Others { get; init; } = [];
}
