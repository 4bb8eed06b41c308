namespace Pile.Rasters;

/// <summary>Recognizes coordinate variables.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", 4 (coordinate types) and 5.6 (grid mappings). Names are
/// used if a variable has none of the attributes.</remarks>
internal static class CfAxes
{
    /// <summary>The units of longitude, in degrees.</summary>
    internal static readonly string[] LongitudeUnits = ["degrees_east", "degree_east", "degree_E", "degrees_E", "degreeE", "degreesE"];

    /// <summary>The units of latitude, in degrees.</summary>
    internal static readonly string[] LatitudeUnits = ["degrees_north", "degree_north", "degree_N", "degrees_N", "degreeN", "degreesN"];

    /// <summary>Returns the axis of a variable.</summary>
    internal static CfAxis Of(HdfVariable variable)
    {
        string units = variable.Text("units") ?? "";
        return variable.Text("axis") switch
        {
            "X" => CfAxis.X,
            "Y" => CfAxis.Y,
            "T" => CfAxis.Time,
            _ => variable.Text("standard_name") switch
            {
                "projection_x_coordinate" or "projection_x_angular_coordinate" or "longitude" or "grid_longitude" => CfAxis.X,
                "projection_y_coordinate" or "projection_y_angular_coordinate" or "latitude" or "grid_latitude" => CfAxis.Y,
                "time" => CfAxis.Time,
                _ when LongitudeUnits.Contains(units) => CfAxis.X,
                _ when LatitudeUnits.Contains(units) => CfAxis.Y,
                _ when units.Contains(" since ", StringComparison.Ordinal) => CfAxis.Time,
                _ => variable.Name.ToUpperInvariant() switch
                {
                    "X" or "LON" or "LONGITUDE" or "RLON" or "EASTING" => CfAxis.X,
                    "Y" or "LAT" or "LATITUDE" or "RLAT" or "NORTHING" => CfAxis.Y,
                    "TIME" or "T" => CfAxis.Time,
                    _ => CfAxis.Other,
                },
            },
        };
    }
}
