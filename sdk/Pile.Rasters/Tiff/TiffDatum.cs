namespace Pile.Rasters;

/// <summary>The datums of systems of longitude and latitude on which files define projections of their own.</summary>
/// <remarks>Source: EPSG Dataset, version 11. PROJ knows a datum by its name, and transforms to WGS 84 accordingly.</remarks>
internal static class TiffDatum
{
    private const double Grs80AxisM = 6378137, Grs80 = 298.257222101;

    /// <summary>Returns name, semi-major axis in metres and inverse flattening by the EPSG code of longitude and latitude; null if it is
    /// not known.</summary>
    internal static (string Name, double AxisM, double InverseFlattening)? Find(long code) => code switch
    {
        4326 => ("World Geodetic System 1984", 6378137, 298.257223563),
        4269 => ("North American Datum 1983", Grs80AxisM, Grs80),
        4267 => ("North American Datum 1927", 6378206.4, 294.978698213898),
        4152 => ("NAD83 (High Accuracy Reference Network)", Grs80AxisM, Grs80),
        4759 => ("NAD83 (National Spatial Reference System 2007)", Grs80AxisM, Grs80),
        6318 => ("NAD83 (National Spatial Reference System 2011)", Grs80AxisM, Grs80),
        4258 => ("European Terrestrial Reference System 1989", Grs80AxisM, Grs80),
        4230 => ("European Datum 1950", 6378388, 297),
        4283 => ("Geocentric Datum of Australia 1994", Grs80AxisM, Grs80),
        7844 => ("Geocentric Datum of Australia 2020", Grs80AxisM, Grs80),
        4167 => ("New Zealand Geodetic Datum 2000", Grs80AxisM, Grs80),
        4612 => ("Japanese Geodetic Datum 2000", Grs80AxisM, Grs80),
        4674 => ("Sistema de Referencia Geocentrico para las AmericaS 2000", Grs80AxisM, Grs80),
        4490 => ("China 2000", Grs80AxisM, Grs80),
        4322 => ("World Geodetic System 1972", 6378135, 298.26),
        _ => null,
    };
}
