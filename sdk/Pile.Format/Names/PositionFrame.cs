namespace Pile.Format;

/// <summary>The frame of the positions of a dataset, and the names of their columns (SCHEMA.md, section 4).</summary>
/// <param name="Name">The name in the manifest.</param>
/// <param name="Lon">The column of the longitude: right ascension, or longitude on the earth.</param>
/// <param name="Lat">The column of the latitude: declination, or geodetic latitude.</param>
/// <param name="MinLonDeg">The smallest longitude; the range has 360 degrees, its end is excluded.</param>
/// <param name="LonWords">The longitude in messages.</param>
/// <param name="LatWords">The latitude in messages.</param>
internal sealed record PositionFrame(string Name, string Lon, string Lat, double MinLonDeg, string LonWords, string LatWords)
{
    /// <summary>The sky: right ascension from 0 to 360 degrees and declination.</summary>
    internal static PositionFrame Icrs { get; } = new(Manifest.Icrs, "ra", "dec", 0, "a right ascension", "a declination");

    /// <summary>The earth: longitude from -180 to 180 degrees and geodetic latitude. Its HEALPix pixels take the geodetic latitude as
    /// spherical.</summary>
    internal static PositionFrame Wgs84 { get; } = new(Manifest.Wgs84, "lon", "lat", -180, "a longitude", "a latitude");

    /// <summary>The end of the longitudes, excluded.</summary>
    internal double EndLonDeg => MinLonDeg + 360;

    /// <summary>True for positions on the earth.</summary>
    internal bool IsEarth => MinLonDeg < 0;

    /// <summary>Returns the frame with a name.</summary>
    /// <param name="name">The name; null for rows without positions.</param>
    /// <exception cref="ArgumentException">There is no such frame.</exception>
    internal static PositionFrame? Of(string? name) => name switch
    {
        null => null,
        Manifest.Icrs => Icrs,
        Manifest.Wgs84 => Wgs84,
        _ => throw new ArgumentException($"There is no frame '{name}'. The frames are {Manifest.Icrs} and {Manifest.Wgs84}.", nameof(name)),
    };

    /// <summary>Returns whether a longitude is in the range of the frame.</summary>
    internal bool IsLon(double lonDeg) => lonDeg >= MinLonDeg && lonDeg < EndLonDeg;

    /// <summary>Returns whether a column is one of the two coordinates.</summary>
    internal bool IsCoordinate(string column) => column == Lon || column == Lat;

    /// <summary>Returns SQL of the longitude from 0 to 360 degrees.</summary>
    /// <param name="lon">SQL of the longitude.</param>
    internal string WrappedSql(string lon) => IsEarth ? $"(CASE WHEN {lon} < 0 THEN {lon} + 360 ELSE {lon} END)" : lon;
}
