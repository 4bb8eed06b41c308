using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>STAC common metadata; null or empty where the document has none.</summary>
/// <remarks>The names of STAC 0.7 (<c>eo:platform</c>, <c>eo:sun_azimuth</c>) and of EO3 are read into the same members.</remarks>
internal sealed record SceneMetadata
{
    /// <summary><c>platform</c>, as written.</summary>
    internal string? Platform { get; init; }

    /// <summary><c>constellation</c>.</summary>
    internal string? Constellation { get; init; }

    /// <summary><c>instruments</c>.</summary>
    internal ImmutableArray<string> Instruments { get; init; } = [];

    /// <summary><c>gsd</c> in metres.</summary>
    internal double? GsdM { get; init; }

    /// <summary><c>eo:cloud_cover</c> in percent.</summary>
    internal double? CloudCoverPercent { get; init; }

    /// <summary><c>grid:code</c>, such as <c>MGRS-07HFE</c>; for EO3 <c>odc:region_code</c>.</summary>
    internal string? GridCode { get; init; }

    /// <summary><c>view:off_nadir</c> in degrees.</summary>
    internal double? OffNadirDeg { get; init; }

    /// <summary><c>view:incidence_angle</c> in degrees.</summary>
    internal double? IncidenceDeg { get; init; }

    /// <summary><c>view:azimuth</c> in degrees.</summary>
    internal double? AzimuthDeg { get; init; }

    /// <summary><c>view:sun_azimuth</c> in degrees.</summary>
    internal double? SunAzimuthDeg { get; init; }

    /// <summary><c>view:sun_elevation</c> in degrees.</summary>
    internal double? SunElevationDeg { get; init; }
}
