using System.Globalization;

namespace Pile.Rasters;

/// <summary>The shift of a datum to WGS 84 that a file states (<c>TOWGS84</c>).</summary>
internal static class ShiftToWgs84
{
    private static readonly string[] Names = ["X-axis translation", "Y-axis translation", "Z-axis translation", "X-axis rotation",
        "Y-axis rotation", "Z-axis rotation", "Scale difference"];

    /// <summary>Adds the shift to a coordinate reference system.</summary>
    /// <param name="crs">The WKT2.</param>
    /// <param name="shift">The parameters of EPSG's method 9603 (three, in metres) or 9606 (seven: with seconds of arc, and a scale in
    /// parts per million).</param>
    /// <returns>The WKT2; null if there are neither three nor seven finite numbers.</returns>
    internal static string? AddTo(string crs, double[] shift)
    {
        if (shift.Length is not (3 or 7) || shift.Any(value => !double.IsFinite(value)))
            return null;
        bool hasRotation = shift.Length == 7;
        string text = hasRotation ? "METHOD[\"Position Vector transformation (geog2D domain)\",ID[\"EPSG\",9606]]"
            : "METHOD[\"Geocentric translations (geog2D domain)\",ID[\"EPSG\",9603]]";
        for (int i = 0; i < shift.Length; i++)
            text += $",PARAMETER[\"{Names[i]}\",{Text(i < 6 ? shift[i] : 1 + (1e-6 * shift[i]))},ID[\"EPSG\",{8605 + i}]]";
        return $"BOUNDCRS[SOURCECRS[{crs}],TARGETCRS[GEOGCRS[\"WGS 84\",DATUM[\"World Geodetic System 1984\",ELLIPSOID[\"WGS 84\",6378137,"
            + "298.257223563]],CS[ellipsoidal,2],AXIS[\"latitude\",north],AXIS[\"longitude\",east],ANGLEUNIT[\"degree\","
            + $"0.0174532925199433],ID[\"EPSG\",4326]]],ABRIDGEDTRANSFORMATION[\"unknown\",{text}]]";
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
