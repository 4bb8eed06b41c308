namespace Pile.Rasters;

/// <summary>Ellipsoids by name.</summary>
/// <remarks>Source: EPSG Dataset, version 11, and for the abbreviations PROJ (<c>proj -le</c>).</remarks>
internal static class Ellipsoids
{
    private static readonly (string Name, string[] Others, double AxisM, double InverseFlattening)[] Known =
    [
        ("Airy 1830", ["airy"], 6377563.396, 299.3249646),
        ("Airy Modified 1849", ["mod_airy", "Modified Airy"], 6377340.189, 299.3249646),
        ("Australian National Spheroid", ["aust_SA", "ANS"], 6378160, 298.25),
        ("Bessel 1841", ["bessel"], 6377397.155, 299.1528128),
        ("Clarke 1866", ["clrk66"], 6378206.4, 294.978698213898),
        ("Clarke 1880 (Arc)", [], 6378249.145, 293.4663077),
        ("Clarke 1880 (IGN)", ["clrk80ign"], 6378249.2, 293.466021293627),
        ("Clarke 1880 (RGS)", ["clrk80", "Clarke 1880 mod"], 6378249.145, 293.465),
        ("Everest 1830 (1937 Adjustment)", ["evrst30"], 6377276.345, 300.8017),
        ("Everest 1830 Modified", [], 6377304.063, 300.8017),
        ("GRS 1967", ["GRS67"], 6378160, 298.247167427),
        ("GRS 1967 Modified", [], 6378160, 298.25),
        ("GRS 1980", ["GRS80", "Geodetic Reference System 1980"], 6378137, 298.257222101),
        ("Helmert 1906", ["helmert"], 6378200, 298.3),
        ("Hughes 1980", ["Hughes"], 6378273, 298.279411123064),
        ("Indonesian National Spheroid", [], 6378160, 298.247),
        ("International 1924", ["intl", "Hayford"], 6378388, 297),
        ("Krassowsky 1940", ["krass", "Krassovsky 1940", "Krasovsky 1940"], 6378245, 298.3),
        ("PZ-90", [], 6378136, 298.257839303),
        ("War Office", [], 6378300, 296),
        ("WGS 60", [], 6378165, 298.3),
        ("WGS 66", [], 6378145, 298.25),
        ("WGS 72", [], 6378135, 298.26),
        ("WGS 84", ["WGS 1984", "World Geodetic System 1984"], 6378137, 298.257223563),
    ];

    private static readonly Dictionary<string, (string Name, double AxisM, double InverseFlattening)> ByKey = Known.SelectMany(known =>
        known.Others.Append(known.Name).Select(name => (Key: KeyOf(name), Value: (known.Name, known.AxisM, known.InverseFlattening))))
        .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Finds an ellipsoid.</summary>
    /// <returns>EPSG's name, the semi-major axis in metres and the inverse flattening; null if the name is not known.</returns>
    internal static (string Name, double AxisM, double InverseFlattening)? Find(string name) =>
        ByKey.TryGetValue(KeyOf(name), out var found) ? found : null;

    /// <summary>Returns what all spellings of a name have in common: its letters and digits, as in <c>OSGB_1936</c> and <c>OSGB
    /// 1936</c>.</summary>
    internal static string KeyOf(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
