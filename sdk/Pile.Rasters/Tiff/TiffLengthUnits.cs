using System.Collections.Frozen;

namespace Pile.Rasters;

/// <summary>The units of length that GeoTIFF keys name by their code.</summary>
/// <remarks>Source: the EPSG dataset, units of measure of type "length" (OGC 19-008r4, section 7.5.3, refers to it), as in the database of
/// PROJ.</remarks>
internal static class TiffLengthUnits
{
    private static readonly FrozenDictionary<long, (string, double)> OfCodes = new Dictionary<long, (string, double)>
    {
        [1025] = ("millimetre", 0.001),
        [1033] = ("centimetre", 0.01),
        [9001] = ("metre", 1),
        [9002] = ("foot", 0.3048),
        [9003] = ("US survey foot", 0.304800609601219),
        [9005] = ("Clarke's foot", 0.3047972654),
        [9014] = ("fathom", 1.8288),
        [9030] = ("nautical mile", 1852),
        [9031] = ("German legal metre", 1.0000135965),
        [9033] = ("US survey chain", 20.1168402336805),
        [9034] = ("US survey link", 0.201168402336805),
        [9035] = ("US survey mile", 1609.34721869444),
        [9036] = ("kilometre", 1000),
        [9037] = ("Clarke's yard", 0.9143917962),
        [9038] = ("Clarke's chain", 20.1166195164),
        [9039] = ("Clarke's link", 0.201166195164),
        [9040] = ("British yard (Sears 1922)", 0.914398414616029),
        [9041] = ("British foot (Sears 1922)", 0.304799471538676),
        [9042] = ("British chain (Sears 1922)", 20.1167651215526),
        [9043] = ("British link (Sears 1922)", 0.201167651215526),
        [9050] = ("British yard (Benoit 1895 A)", 0.9143992),
        [9051] = ("British foot (Benoit 1895 A)", 0.304799733333333),
        [9052] = ("British chain (Benoit 1895 A)", 20.1167824),
        [9053] = ("British link (Benoit 1895 A)", 0.201167824),
        [9060] = ("British yard (Benoit 1895 B)", 0.914399204289812),
        [9061] = ("British foot (Benoit 1895 B)", 0.304799734763271),
        [9062] = ("British chain (Benoit 1895 B)", 20.1167824943759),
        [9063] = ("British link (Benoit 1895 B)", 0.201167824943759),
        [9070] = ("British foot (1865)", 0.304800833333333),
        [9080] = ("Indian foot", 0.304799510248147),
        [9081] = ("Indian foot (1937)", 0.30479841),
        [9082] = ("Indian foot (1962)", 0.3047996),
        [9083] = ("Indian foot (1975)", 0.3047995),
        [9084] = ("Indian yard", 0.914398530744441),
        [9085] = ("Indian yard (1937)", 0.91439523),
        [9086] = ("Indian yard (1962)", 0.9143988),
        [9087] = ("Indian yard (1975)", 0.9143985),
        [9093] = ("Statute mile", 1609.344),
        [9094] = ("Gold Coast foot", 0.304799710181509),
        [9095] = ("British foot (1936)", 0.3048007491),
        [9096] = ("yard", 0.9144),
        [9097] = ("chain", 20.1168),
        [9098] = ("link", 0.201168),
        [9099] = ("British yard (Sears 1922 truncated)", 0.914398),
        [9300] = ("British foot (Sears 1922 truncated)", 0.304799333333333),
        [9301] = ("British chain (Sears 1922 truncated)", 20.116756),
        [9302] = ("British link (Sears 1922 truncated)", 0.20116756),
    }.ToFrozenDictionary();

    /// <summary>Returns the name and the length of a unit in metres; null for a code that is not a unit of length.</summary>
    internal static (string Name, double Metres)? Find(long code) =>
        OfCodes.TryGetValue(code, out (string Name, double Metres) unit) ? unit : null;
}
