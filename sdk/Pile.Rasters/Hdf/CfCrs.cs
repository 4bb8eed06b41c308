using System.Globalization;
using System.Text;

namespace Pile.Rasters;

/// <summary>Writes the coordinate reference system of a grid mapping that has parameters and no WKT as WKT2.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", appendix F (grid mappings); methods and parameters as in
/// the EPSG Dataset, or PROJ's where it has none. WKT2 is that of ISO 19162:2019.</remarks>
/// <param name="mapping">The grid mapping.</param>
/// <param name="unitM">The unit of the coordinates in metres, which is also that of <c>false_easting</c>.</param>
internal sealed class CfCrs(HdfVariable mapping, double unitM)
{
    private const string Degree = "ANGLEUNIT[\"degree\",0.0174532925199433]", Metre = "LENGTHUNIT[\"metre\",1]";
    private const string Origin = "longitude_of_projection_origin";
    private const string LonOfOrigin = "Longitude of natural origin", LatOfOrigin = "Latitude of natural origin",
        ScaleOfOrigin = "Scale factor at natural origin", FirstParallel = "Latitude of 1st standard parallel";

    private readonly StringBuilder parameters = new();

    /// <summary>Returns the WKT2; an authority code for longitude and latitude of WGS 84.</summary>
    /// <exception cref="FormatException">The grid mapping lacks a parameter.</exception>
    /// <exception cref="NotSupportedException">The grid mapping, or its datum, is not one that is read; the message names it.</exception>
    internal string ToText()
    {
        string kind = mapping.Text("grid_mapping_name") ?? throw new FormatException($"the grid mapping '{mapping.Path}' has none of "
            + "crs_wkt, spatial_ref and grid_mapping_name");
        CfDatum datum = new(mapping);
        return datum.WithShift(kind switch
        {
            "latitude_longitude" => datum.IsWgs84 ? "EPSG:4326" : $"GEOGCRS[\"unknown\",{datum.Wkt},{Ellipsoidal}]",
            "rotated_latitude_longitude" => $"GEOGCRS[\"unknown\",BASEGEOGCRS[\"unknown\",{datum.Wkt}],DERIVINGCONVERSION[\"unknown\","
                + $"{PoleRotation()}],{Ellipsoidal}]",
            _ => $"PROJCRS[\"unknown\",BASEGEOGCRS[\"unknown\",{datum.Wkt}],CONVERSION[\"unknown\",METHOD[\"{MethodOf(kind)}\"]"
                + $"{parameters}],CS[Cartesian,2],AXIS[\"easting (E)\",east],AXIS[\"northing (N)\",north],{Metre}]",
        });
    }

    private static string Ellipsoidal => $"CS[ellipsoidal,2],AXIS[\"longitude\",east],AXIS[\"latitude\",north],{Degree}";

    private string MethodOf(string kind) => kind switch
    {
        "albers_conical_equal_area" => Conic("Albers Equal Area"),
        "lambert_conformal_conic" => Conic("Lambert Conic Conformal (2SP)"),
        "azimuthal_equidistant" => AtOrigin("Modified Azimuthal Equidistant", Origin), // PROJ 9.1 has no other
        "lambert_azimuthal_equal_area" => AtOrigin("Lambert Azimuthal Equal Area", Origin),
        "stereographic" => AtOrigin("Stereographic", Origin, Scale(1)),
        "transverse_mercator" => AtOrigin("Transverse Mercator", "longitude_of_central_meridian",
            mapping.Number("scale_factor_at_central_meridian") ?? Scale(1)),
        "lambert_cylindrical_equal_area" => Cylindrical("Lambert Cylindrical Equal Area"),
        "mercator" when mapping.Number("standard_parallel") is not null => Cylindrical("Mercator (variant B)"),
        "mercator" => AtOrigin("Mercator (variant A)", Origin, Scale(1)),
        "sinusoidal" => Sinusoidal(),
        "polar_stereographic" => PolarStereographic(),
        "geostationary" => Geostationary(),
        _ => throw new NotSupportedException($"grid_mapping_name {kind}"),
    };

    private string Conic(string method)
    {
        double[] parallels = mapping.Numbers("standard_parallel") ?? throw Missing("standard_parallel");
        if (parallels.Length is not (1 or 2))
            throw new FormatException($"the grid mapping '{mapping.Path}' has {parallels.Length} standard parallels: expected one or two");
        if (mapping.Number("latitude_of_projection_origin") is null) // 0 for GDAL, the parallel for others
            throw new NotSupportedException($"{mapping.Text("grid_mapping_name")} without latitude_of_projection_origin");
        Angle("Latitude of false origin", Number("latitude_of_projection_origin"));
        Angle("Longitude of false origin", Number("longitude_of_central_meridian"));
        Angle(FirstParallel, parallels[0]);
        Angle("Latitude of 2nd standard parallel", parallels[^1]);
        FalseOrigin("Easting at false origin", "Northing at false origin");
        return method;
    }

    private string AtOrigin(string method, string longitude, double? scale = null)
    {
        Angle(LatOfOrigin, Number("latitude_of_projection_origin", 0));
        Angle(LonOfOrigin, Number(longitude));
        if (scale is { } factor)
            parameters.Append(CultureInfo.InvariantCulture, $",PARAMETER[\"{ScaleOfOrigin}\",{Text(factor)},SCALEUNIT[\"unity\",1]]");
        FalseOrigin("False easting", "False northing");
        return method;
    }

    private string Cylindrical(string method)
    {
        double parallel = mapping.Number("standard_parallel") ?? throw Missing("standard_parallel");
        Angle(FirstParallel, parallel);
        Angle(LonOfOrigin, mapping.Number(Origin) ?? Number("longitude_of_central_meridian"));
        FalseOrigin("False easting", "False northing");
        return method;
    }

    private string Sinusoidal()
    {
        Angle(LonOfOrigin, mapping.Number(Origin) ?? Number("longitude_of_central_meridian"));
        FalseOrigin("False easting", "False northing");
        return "Sinusoidal";
    }

    private string PolarStereographic()
    {
        const string vertical = "straight_vertical_longitude_from_pole";
        string longitude = mapping.Number(vertical) is null ? Origin : vertical;
        double pole = Number("latitude_of_projection_origin");
        if (Math.Abs(pole) is not 90)
            throw new FormatException($"the grid mapping '{mapping.Path}' is polar, but latitude_of_projection_origin is {Text(pole)}");
        if (mapping.Number("standard_parallel") is not { } parallel)
            return AtOrigin("Polar Stereographic (variant A)", longitude, Scale(1));
        if (parallel * pole < 0)
            throw new FormatException($"the grid mapping '{mapping.Path}' has the standard parallel {Text(parallel)}, but the pole is at "
                + $"{Text(pole)}");
        if (Math.Abs(parallel) is 90)
            return AtOrigin("Polar Stereographic (variant A)", longitude, 1);
        Angle("Latitude of standard parallel", parallel);
        Angle("Longitude of origin", Number(longitude));
        FalseOrigin("False easting", "False northing");
        return "Polar Stereographic (variant B)";
    }

    private string Geostationary()
    {
        if (Number("latitude_of_projection_origin", 0) is not 0)
            throw new FormatException($"the grid mapping '{mapping.Path}' is geostationary, but its latitude_of_projection_origin is not "
                + "0");
        string sweep = mapping.Text("sweep_angle_axis") ?? (mapping.Text("fixed_angle_axis") is "x" ? "y"
            : mapping.Text("fixed_angle_axis") is "y" ? "x" : "y");
        if (sweep is not ("x" or "y"))
            throw new FormatException($"the grid mapping '{mapping.Path}' has the sweep_angle_axis '{sweep}': expected x or y");
        parameters.Append(CultureInfo.InvariantCulture,
            $",PARAMETER[\"Satellite height\",{Text(Number("perspective_point_height"))},{Metre}]");
        Angle(LatOfOrigin, 0);
        Angle(LonOfOrigin, Number(Origin));
        FalseOrigin("False easting", "False northing");
        return sweep is "x" ? "Geostationary Satellite (Sweep X)" : "Geostationary Satellite (Sweep Y)";
    }

    private string PoleRotation()
    {
        const string suffix = " (netCDF CF convention)";
        Angle("Grid north pole latitude" + suffix, Number("grid_north_pole_latitude"));
        Angle("Grid north pole longitude" + suffix, Number("grid_north_pole_longitude"));
        Angle("North pole grid longitude" + suffix, Number("north_pole_grid_longitude", 0));
        return $"METHOD[\"Pole rotation{suffix}\"]{parameters}";
    }

    private void Angle(string name, double angleDeg) => parameters.Append($",PARAMETER[\"{name}\",{Text(angleDeg)},{Degree}]");

    private void FalseOrigin(string easting, string northing)
    {
        parameters.Append($",PARAMETER[\"{easting}\",{Text(Number("false_easting", 0) * unitM)},{Metre}]");
        parameters.Append($",PARAMETER[\"{northing}\",{Text(Number("false_northing", 0) * unitM)},{Metre}]");
    }

    private double Scale(double missing) => Number("scale_factor_at_projection_origin", missing);

    private double Number(string name, double? missing = null) => (mapping.Number(name) ?? missing ?? throw Missing(name)) is var number
        && double.IsFinite(number) ? number
        : throw new FormatException($"'{name}' of the grid mapping '{mapping.Path}' is not a finite number");

    private FormatException Missing(string name) => new($"the grid mapping '{mapping.Path}' ({mapping.Text("grid_mapping_name")}) has "
        + $"neither crs_wkt nor the number '{name}'");

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
