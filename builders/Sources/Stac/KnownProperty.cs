namespace Pile.Builders.Sources.Stac;

/// <summary>Properties whose unit follows from the definition of their extension. They are float64 also where a document has an
/// integer.</summary>
/// <remarks>Source: the STAC extensions eo, view, sat, projection, landsat and sentinel-2, and the metadata types of EO3.</remarks>
internal static class KnownProperty
{
    private const string Percent = "%", Degree = "deg", Metre = "m";

    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["eo:cloud_cover"] = Percent,
        ["eo:snow_cover"] = Percent,
        ["landsat:cloud_cover_land"] = Percent,
        ["fmask:clear"] = Percent,
        ["fmask:cloud"] = Percent,
        ["fmask:cloud_shadow"] = Percent,
        ["fmask:snow"] = Percent,
        ["fmask:water"] = Percent,
        ["view:off_nadir"] = Degree,
        ["view:incidence_angle"] = Degree,
        ["view:azimuth"] = Degree,
        ["view:sun_azimuth"] = Degree,
        ["view:sun_elevation"] = Degree,
        ["eo:off_nadir"] = Degree,
        ["eo:azimuth"] = Degree,
        ["eo:sun_azimuth"] = Degree,
        ["eo:sun_elevation"] = Degree,
        ["sat:anx_longitude"] = Degree,
        ["s2:mean_solar_zenith"] = Degree,
        ["s2:mean_solar_azimuth"] = Degree,
        ["eo:gsd"] = Metre,
        ["sar:pixel_spacing_range"] = Metre,
        ["sar:pixel_spacing_azimuth"] = Metre,
        ["sar:resolution_range"] = Metre,
        ["sar:resolution_azimuth"] = Metre,
    };

    /// <summary>Returns the unit of a property; null if it is not known.</summary>
    internal static string? UnitOf(string name) => Units.TryGetValue(name, out string? unit) ? unit
        : name.StartsWith("s2:", StringComparison.Ordinal) && name.EndsWith("_percentage", StringComparison.Ordinal) ? Percent : null;
}
