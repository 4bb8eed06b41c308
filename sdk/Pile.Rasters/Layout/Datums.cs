namespace Pile.Rasters;

/// <summary>Datums by name.</summary>
/// <remarks>Source: EPSG Dataset, version 11. PROJ knows a datum by EPSG's name, and transforms to WGS 84 accordingly.</remarks>
internal static class Datums
{
    /// <summary>EPSG's name of the datum of WGS 84.</summary>
    internal const string Wgs84 = "World Geodetic System 1984";

    private const string Grs80 = "GRS 1980", Bessel = "Bessel 1841", International = "International 1924", Krassowsky = "Krassowsky 1940";

    private static readonly (string Name, string[] Others, string Ellipsoid)[] Known =
    [
        (Wgs84, ["WGS 84", "WGS 1984"], "WGS 84"),
        ("World Geodetic System 1972", ["WGS 72", "WGS 1972"], "WGS 72"),
        ("North American Datum 1983", ["NAD83", "North American 1983"], Grs80),
        ("North American Datum 1927", ["NAD27", "North American 1927"], "Clarke 1866"),
        ("European Terrestrial Reference System 1989", ["ETRS89", "ETRS 1989"], Grs80),
        ("European Datum 1950", ["ED50", "European 1950"], International),
        ("Ordnance Survey of Great Britain 1936", ["OSGB36", "OSGB 1936"], "Airy 1830"),
        ("TM65", [], "Airy Modified 1849"),
        ("Deutsches Hauptdreiecksnetz", ["DHDN"], Bessel),
        ("Militar-Geographische Institut", ["MGI"], Bessel),
        ("CH1903", [], Bessel),
        ("CH1903+", ["CH1903 plus"], Bessel),
        ("Amersfoort", [], Bessel),
        ("System of the Unified Trigonometrical Cadastral Network", ["S-JTSK"], Bessel),
        ("Tokyo", [], Bessel),
        ("Reseau Geodesique Francais 1993 v1", ["RGF93", "RGF 1993", "Reseau Geodesique Francais 1993"], Grs80),
        ("Nouvelle Triangulation Francaise", ["NTF"], "Clarke 1880 (IGN)"),
        ("Reseau National Belge 1972", ["BD72", "Belge 1972"], International),
        ("Monte Mario", [], International),
        ("Hungarian Datum 1972", ["HD72"], "GRS 1967"),
        ("Pulkovo 1942", [], Krassowsky),
        ("Pulkovo 1995", [], Krassowsky),
        ("Beijing 1954", [], Krassowsky),
        ("Arc 1950", [], "Clarke 1880 (Arc)"),
        ("Hartebeesthoek94", ["Hartebeesthoek 1994"], "WGS 84"),
        ("Geocentric Datum of Australia 1994", ["GDA94", "GDA 1994"], Grs80),
        ("Geocentric Datum of Australia 2020", ["GDA2020"], Grs80),
        ("Australian Geodetic Datum 1966", ["AGD66", "Australian 1966"], "Australian National Spheroid"),
        ("Australian Geodetic Datum 1984", ["AGD84", "Australian 1984"], "Australian National Spheroid"),
        ("New Zealand Geodetic Datum 2000", ["NZGD2000"], Grs80),
        ("New Zealand Geodetic Datum 1949", ["NZGD49", "New Zealand 1949"], International),
        ("Japanese Geodetic Datum 2000", ["JGD2000"], Grs80),
        ("Japanese Geodetic Datum 2011", ["JGD2011"], Grs80),
        ("Sistema de Referencia Geocentrico para las AmericaS 2000", ["SIRGAS 2000"], Grs80),
        ("South American Datum 1969", ["SAD69", "South American 1969"], "GRS 1967 Modified"),
        ("Provisional South American Datum 1956", ["PSAD56", "Provisional S American 1956"], International),
    ];

    private static readonly Dictionary<string, (string Name, string Ellipsoid)> ByKey = Known.SelectMany(known =>
        known.Others.Append(known.Name).Select(name => (Key: KeyOf(name), Value: (known.Name, known.Ellipsoid))))
        .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Finds a datum by its name in EPSG, ESRI (<c>D_OSGB_1936</c>) or CF, or its abbreviation.</summary>
    /// <returns>EPSG's names of the datum and of its ellipsoid; null if the name is not known.</returns>
    internal static (string Name, string Ellipsoid)? Find(string name) =>
        ByKey.TryGetValue(KeyOf(name.StartsWith("D_", StringComparison.Ordinal) ? name[2..] : name), out var found) ? found : null;

    // CH1903+ is another datum than CH1903.
    private static string KeyOf(string name) => Ellipsoids.KeyOf(name) + (name.EndsWith('+') ? "+" : "");
}
