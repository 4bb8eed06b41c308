using System.Globalization;
using System.Text;

namespace Pile.Rasters;

/// <summary>Writes the coordinate reference system of a GeoTIFF file that has parameters in the place of a code as WKT2.</summary>
/// <remarks>Source: OGC 19-008r4 (GeoTIFF 1.1), section 7 and annex C; the codes of methods are those of libgeotiff
/// (<c>ProjCoordTransGeoKey</c>), which also takes a missing origin as 0. WKT2 is that of ISO 19162:2019.</remarks>
/// <param name="code">Returns a key that is a code, or 0.</param>
/// <param name="number">Returns a key that is a number, or NaN.</param>
/// <param name="numbers">Returns a key that is a list of numbers; empty without the key.</param>
internal sealed class TiffCrs(Func<int, long> code, Func<int, double> number, Func<int, double[]> numbers)
{
    private const int GeographicCode = 2048, DatumCode = 2050, PrimeMeridian = 2051, AngularUnit = 2054, SemiMajorAxis = 2057,
        SemiMinorAxis = 2058, InverseFlattening = 2059, PrimeMeridianDeg = 2061, ToWgs84 = 2062;

    private const int Conversion = 3074, Method = 3075, LinearUnit = 3076, LinearUnitM = 3077, FirstParallel = 3078, SecondParallel = 3079,
        Azimuth = 3094, PoleLon = 3095, RectifiedAngle = 3096, SouthOriented = 27;

    // The natural origin, the false origin or the centre: files have one of them, whichever their program prefers for the method.
    private static readonly int[] OriginLon = [3080, 3084, 3088], OriginLat = [3081, 3085, 3089], FalseEasting = [3082, 3086, 3090],
        FalseNorthing = [3083, 3087, 3091], ScaleAtOrigin = [3092, 3093];

    private const int Degree = 9102, Greenwich = 8901;
    private const string EastAndNorth = "AXIS[\"easting (E)\",east],AXIS[\"northing (N)\",north]";
    private const string WestAndSouth = "AXIS[\"westing (Y)\",west],AXIS[\"southing (X)\",south]";
    private const string DegreeText = "ANGLEUNIT[\"degree\",0.0174532925199433]";

    private readonly StringBuilder parameters = new();

    /// <summary>Returns the WKT2; null if the keys are not understood.</summary>
    /// <param name="isProjected">True for a projected system, false for longitude and latitude.</param>
    internal string? ToWkt(bool isProjected)
    {
        if (DatumText() is not { } datum || code(AngularUnit) is not (0 or Degree))
            return null;
        if (!isProjected)
            return WithShift(
                $"GEOGCRS[\"unknown\",{datum},CS[ellipsoidal,2],AXIS[\"longitude\",east],AXIS[\"latitude\",north],{DegreeText}]");
        return UnitText() is not { } unit || MethodOf(unit) is not { } method ? null
            : WithShift($"PROJCRS[\"unknown\",BASEGEOGCRS[\"unknown\",{datum}],CONVERSION[\"unknown\",METHOD[\"{method}\"]{parameters}],"
                + $"CS[Cartesian,2],{(code(Method) is SouthOriented ? WestAndSouth : EastAndNorth)},{unit}]");
    }

    // The shift of a datum that PROJ knows by its name is PROJ's, as in GDAL, whatever the file states.
    private string? WithShift(string crs) => numbers(ToWgs84) is { Length: > 0 } shift && TiffDatum.Find(SystemCode()) is null
        ? ShiftToWgs84.AddTo(crs, shift) : crs;

    // EPSG numbers a datum 2000 above its most usual system of longitude and latitude, if it numbers both so.
    private long SystemCode() => code(GeographicCode) is not (0 or TiffGeoreference.UserDefined) and var stated ? stated
        : code(DatumCode) is not (0 or TiffGeoreference.UserDefined) and var datum ? datum - 2000 : 0;

    private string? DatumText()
    {
        // The systems 4001 to 4052 have an ellipsoid and an unknown datum.
        (string name, double axisM, double inverse) = TiffDatum.Find(SystemCode()) ?? ("unknown", number(SemiMajorAxis), Flattening());
        if ((name == "unknown" && code(GeographicCode) is not (0 or TiffGeoreference.UserDefined or (>= 4001 and <= 4052)))
            || !(axisM is > 1e6 and < 1e8) || !(inverse is 0 or (> 10 and < 1e12))
            || code(PrimeMeridian) is not (0 or Greenwich or TiffGeoreference.UserDefined))
            return null;
        // PROJ finds the shift of a datum only if it knows the meridian by its name, too.
        double meridianDeg = First([PrimeMeridianDeg], 0);
        return $"DATUM[\"{name}\",ELLIPSOID[\"unknown\",{Text(axisM)},{Text(inverse)},LENGTHUNIT[\"metre\",1]]],"
            + $"PRIMEM[\"{(meridianDeg is 0 ? "Greenwich" : "unknown")}\",{Text(meridianDeg)},{DegreeText}]";
    }

    private double Flattening()
    {
        double axisM = number(SemiMajorAxis), minorM = number(SemiMinorAxis);
        return !double.IsNaN(number(InverseFlattening)) ? number(InverseFlattening) : minorM.Equals(axisM) ? 0 : axisM / (axisM - minorM);
    }

    private string? UnitText() => code(LinearUnit) switch
    {
        0 => "LENGTHUNIT[\"metre\",1]",
        TiffGeoreference.UserDefined => number(LinearUnitM) is > 0 and var metres ? $"LENGTHUNIT[\"unknown\",{Text(metres)}]" : null,
        var stated => TiffLengthUnits.Find(stated) is (var name, var metres) ? $"LENGTHUNIT[\"{name}\",{Text(metres)}]" : null,
    };

    private string? MethodOf(string unit) => (code(Conversion), code(Method)) switch
    {
        ( >= 16_001 and <= 16_060 and var zone, _) => Utm((int)zone - 16_000, 0),
        ( >= 16_101 and <= 16_160 and var zone, _) => Utm((int)zone - 16_100, 10_000_000),
        (_, 1) => AtOrigin("Transverse Mercator", isScaled: true, unit),
        (_, 3) => Oblique("Hotine Oblique Mercator (variant A)", "False easting", "False northing", unit),
        (_, 7) => double.IsNaN(number(FirstParallel)) ? AtOrigin("Mercator (variant A)", isScaled: true, unit)
            : AtParallel("Mercator (variant B)", unit),
        (_, 8) => Conic("Lambert Conic Conformal (2SP)", unit),
        (_, 9) => AtOrigin("Lambert Conic Conformal (1SP)", isScaled: true, unit),
        (_, 10) => AtOrigin("Lambert Azimuthal Equal Area", isScaled: false, unit),
        (_, 11) => Conic("Albers Equal Area", unit),
        (_, 12) => AtOrigin("Modified Azimuthal Equidistant", isScaled: false, unit),
        (_, 13) => EquidistantConic(unit),
        (_, 14) => AtOrigin("Stereographic", isScaled: true, unit),
        (_, 15) => PolarStereographic(unit),
        (_, 16) => AtOrigin("Oblique Stereographic", isScaled: true, unit),
        (_, 17) => AtParallel("Equidistant Cylindrical", unit),
        (_, 18) => AtOrigin("Cassini-Soldner", isScaled: false, unit),
        (_, 19) => AtOrigin("Gnomonic", isScaled: false, unit),
        (_, 20) => AtMeridian("Miller Cylindrical", unit),
        (_, 21) => AtOrigin("Orthographic", isScaled: false, unit),
        (_, 22) => AtOrigin("American Polyconic", isScaled: false, unit),
        (_, 23) => AtMeridian("Robinson", unit),
        (_, 24) => AtMeridian("Sinusoidal", unit),
        (_, 25) => AtMeridian("Van Der Grinten", unit),
        (_, 26) => AtOrigin("New Zealand Map Grid", isScaled: false, unit),
        (_, SouthOriented) => AtOrigin("Transverse Mercator (South Orientated)", isScaled: true, unit),
        (_, 28) => AtParallel("Lambert Cylindrical Equal Area", unit),
        (_, 9815) => Oblique("Hotine Oblique Mercator (variant B)", "Easting at projection centre", "Northing at projection centre", unit),
        _ => null,
    };

    private string Utm(int zone, double northingM)
    {
        const string metre = "LENGTHUNIT[\"metre\",1]";
        Angle("Latitude of natural origin", 0);
        Angle("Longitude of natural origin", (6 * zone) - 183);
        Scale(0.9996);
        Length("False easting", 500_000, metre);
        Length("False northing", northingM, metre);
        return "Transverse Mercator";
    }

    private string AtOrigin(string method, bool isScaled, string unit)
    {
        Angle("Latitude of natural origin", First(OriginLat, 0));
        Angle("Longitude of natural origin", First(OriginLon, 0));
        if (isScaled)
            Scale(First(ScaleAtOrigin, 1));
        FalseOrigin("False easting", "False northing", unit);
        return method;
    }

    private string AtParallel(string method, string unit)
    {
        Angle("Latitude of 1st standard parallel", First([FirstParallel], 0));
        Angle("Longitude of natural origin", First(OriginLon, 0));
        FalseOrigin("False easting", "False northing", unit);
        return method;
    }

    private string Conic(string method, string unit)
    {
        Angle("Latitude of false origin", First(OriginLat, 0));
        Angle("Longitude of false origin", First(OriginLon, 0));
        Angle("Latitude of 1st standard parallel", First([FirstParallel], 0));
        Angle("Latitude of 2nd standard parallel", First([SecondParallel, FirstParallel], 0));
        FalseOrigin("Easting at false origin", "Northing at false origin", unit);
        return method;
    }

    // The latitude is the pole, with a scale there, or the standard parallel.
    private string PolarStereographic(string unit)
    {
        double latDeg = First(OriginLat, 90), lonDeg = First([PoleLon, .. OriginLon], 0);
        bool isAtPole = Math.Abs(latDeg) is 90;
        Angle(isAtPole ? "Latitude of natural origin" : "Latitude of standard parallel", latDeg);
        Angle(isAtPole ? "Longitude of natural origin" : "Longitude of origin", lonDeg);
        if (isAtPole)
            Scale(First(ScaleAtOrigin, 1));
        FalseOrigin("False easting", "False northing", unit);
        return isAtPole ? "Polar Stereographic (variant A)" : "Polar Stereographic (variant B)";
    }

    private string AtMeridian(string method, string unit)
    {
        Angle("Longitude of natural origin", First(OriginLon, 0));
        FalseOrigin("False easting", "False northing", unit);
        return method;
    }

    private string EquidistantConic(string unit)
    {
        Angle("Latitude of natural origin", First(OriginLat, 0));
        Angle("Longitude of natural origin", First(OriginLon, 0));
        Angle("Latitude of 1st standard parallel", First([FirstParallel], 0));
        Angle("Latitude of 2nd standard parallel", First([SecondParallel, FirstParallel], 0));
        FalseOrigin("False easting", "False northing", unit);
        return "Equidistant Conic";
    }

    private string Oblique(string method, string easting, string northing, string unit)
    {
        Angle("Latitude of projection centre", First(OriginLat, 0));
        Angle("Longitude of projection centre", First(OriginLon, 0));
        Angle("Azimuth of initial line", First([Azimuth], 0));
        Angle("Angle from Rectified to Skew Grid", First([RectifiedAngle], 90));
        Scale(First(ScaleAtOrigin, 1), "Scale factor on initial line");
        FalseOrigin(easting, northing, unit);
        return method;
    }

    private void FalseOrigin(string easting, string northing, string unit)
    {
        Length(easting, First(FalseEasting, 0), unit);
        Length(northing, First(FalseNorthing, 0), unit);
    }

    private void Angle(string name, double angleDeg) => parameters.Append($",PARAMETER[\"{name}\",{Text(angleDeg)},{DegreeText}]");

    private void Length(string name, double length, string unit) => parameters.Append($",PARAMETER[\"{name}\",{Text(length)},{unit}]");

    private void Scale(double factor, string name = "Scale factor at natural origin") =>
        parameters.Append($",PARAMETER[\"{name}\",{Text(factor)},SCALEUNIT[\"unity\",1]]");

    private double First(ReadOnlySpan<int> keys, double missing)
    {
        foreach (int key in keys)
            if (double.IsFinite(number(key)))
                return number(key);
        return missing;
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
