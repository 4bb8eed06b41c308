using System.Globalization;

namespace Pile.Rasters;

/// <summary>The datum of a grid mapping: its name, its ellipsoid, its prime meridian and its shift to WGS 84.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", appendix F, and pyproj for the precedence of the
/// attributes. Numbers count before the name of an ellipsoid; a datum has an ellipsoid that numbers must not contradict.</remarks>
internal sealed class CfDatum
{
    private const double Wgs84AxisM = 6378137, Wgs84Flattening = 298.257223563;

    // Files have rounded numbers, such as 295 for 294.98.
    private const double AxisToleranceM = 1, FlatteningTolerance = 0.05, MeridianToleranceDeg = 1e-6;

    private static readonly Dictionary<string, double> Meridians = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Greenwich"] = 0,
        ["Athens"] = 23.7163375,
        ["Bern"] = 7.439583333333333,
        ["Bogota"] = -74.08091666666667,
        ["Brussels"] = 4.367975,
        ["Ferro"] = -17.666666666666668,
        ["Jakarta"] = 106.80771944444444,
        ["Lisbon"] = -9.131906111111112,
        ["Madrid"] = -3.687938888888889,
        ["Oslo"] = 10.722916666666666,
        ["Paris"] = 2.33722917,
        ["Rome"] = 12.452333333333334,
        ["Stockholm"] = 18.05827777777778,
    };

    private readonly HdfVariable mapping;
    private readonly string name, ellipsoid;
    private readonly double axisM, inverseFlattening, meridianDeg;
    private readonly double[] shift;

    /// <exception cref="FormatException">A number is not possible.</exception>
    /// <exception cref="NotSupportedException">A name is not known, or numbers contradict it; the message describes it.</exception>
    internal CfDatum(HdfVariable mapping)
    {
        this.mapping = mapping;
        string? stated = NameIn("horizontal_datum_name");
        var known = stated is null ? null : Datums.Find(stated);
        name = known?.Name ?? stated ?? "unknown";
        (ellipsoid, axisM, inverseFlattening) = EllipsoidOf(known, stated);
        meridianDeg = mapping.Number("longitude_of_prime_meridian") ?? (NameIn("prime_meridian_name") is not { } meridian ? 0
            : Meridians.TryGetValue(meridian, out double deg) ? deg : throw new NotSupportedException($"prime_meridian_name {meridian}"));
        if (!double.IsFinite(meridianDeg))
            throw new FormatException($"'longitude_of_prime_meridian' of the grid mapping '{mapping.Path}' is not a finite number");
        if (stated is null && meridianDeg is 0 && (axisM, inverseFlattening) is (Wgs84AxisM, Wgs84Flattening))
            name = Datums.Wgs84;
        // The shift of a datum that PROJ knows by its name is PROJ's.
        shift = known is null && mapping.Numbers("towgs84") is { } numbers && numbers.Any(number => number is not 0) ? numbers : [];
        if (shift.Length is 6) // without a scale
            shift = [.. shift, 0];
        if (shift.Length > 0 && name is Datums.Wgs84)
            name = "unknown";
    }

    /// <summary>True for WGS 84.</summary>
    internal bool IsWgs84 => name is Datums.Wgs84 && meridianDeg is 0;

    /// <summary>The datum and the prime meridian as WKT2.</summary>
    internal string Wkt => $"DATUM[\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",ELLIPSOID[\"{ellipsoid}\",{Text(axisM)},"
        + $"{Text(inverseFlattening)},LENGTHUNIT[\"metre\",1]]],PRIMEM[\"{MeridianName}\",{Text(meridianDeg)},"
        + "ANGLEUNIT[\"degree\",0.0174532925199433]]";

    // PROJ finds the shift of a datum only if it knows the meridian by its name, too.
    private string MeridianName => Meridians.FirstOrDefault(known => Math.Abs(known.Value - meridianDeg) < MeridianToleranceDeg).Key
        ?? "unknown";

    /// <summary>Adds the shift to WGS 84 to a coordinate reference system.</summary>
    /// <exception cref="NotSupportedException">The shift has another count of numbers.</exception>
    internal string WithShift(string crs) => shift.Length is 0 ? crs : ShiftToWgs84.AddTo(crs, shift)
        ?? throw new NotSupportedException($"towgs84 {string.Join(' ', shift.Select(Text))}");

    private (string Name, double AxisM, double InverseFlattening) EllipsoidOf((string Name, string Ellipsoid)? known, string? datum)
    {
        bool hasNumbers = mapping.Number("earth_radius") is not null || mapping.Number("semi_major_axis") is not null
            || mapping.Number("semi_minor_axis") is not null || mapping.Number("inverse_flattening") is not null;
        if (known is { } found && Ellipsoids.Find(found.Ellipsoid) is { } ofDatum)
            return !hasNumbers || Numbers() is var numbers && Math.Abs(numbers.AxisM - ofDatum.AxisM) < AxisToleranceM
                && Math.Abs(numbers.InverseFlattening - ofDatum.InverseFlattening) < FlatteningTolerance ? ofDatum
                : throw new NotSupportedException($"horizontal_datum_name {datum} on another ellipsoid than its own");
        if (hasNumbers)
            return Numbers();
        if (NameIn("reference_ellipsoid_name") is { } stated)
            return Ellipsoids.Find(stated) ?? throw new NotSupportedException($"reference_ellipsoid_name {stated}");
        return datum is null ? ("unknown", Wgs84AxisM, Wgs84Flattening)
            : throw new NotSupportedException($"horizontal_datum_name {datum} without an ellipsoid");
    }

    private (string Name, double AxisM, double InverseFlattening) Numbers()
    {
        double axis = mapping.Number("earth_radius") ?? mapping.Number("semi_major_axis") ?? Wgs84AxisM;
        double inverse = mapping.Number("inverse_flattening") switch
        {
            { } stated => stated,
            _ when mapping.Number("earth_radius") is not null => 0,
            _ when mapping.Number("semi_minor_axis") is { } minorM => minorM == axis ? 0 : axis / (axis - minorM),
            _ => axis is Wgs84AxisM ? Wgs84Flattening : 0,
        };
        if (!(axis is > 1e6 and < 1e8) || !(inverse is 0 or (> 10 and < 1e12)))
            throw new FormatException($"the grid mapping '{mapping.Path}' has an ellipsoid with the semi-major axis {Text(axis)} m and the "
                + $"inverse flattening {Text(inverse)}");
        // The minor axis and rounded numbers of WGS 84.
        return ("unknown", axis, axis is Wgs84AxisM && Math.Abs(inverse - Wgs84Flattening) < 1e-6 ? Wgs84Flattening : inverse);
    }

    private string? NameIn(string attribute) => mapping.Text(attribute) is { } text
        && Ellipsoids.KeyOf(text) is not ("" or "UNKNOWN" or "UNDEFINED" or "UNNAMED" or "NOTSPECIFIED") ? text : null;

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
