using Pile.CrossMatch;
using Pile.Reading;

namespace Pile;

/// <summary>Searches of rows on the earth by geodesic distances.</summary>
public static class EarthQueries
{
    /// <summary>Keeps rows within a geodesic distance on the earth (WGS 84), border included. Tiles outside are not opened.</summary>
    /// <param name="query">A query of a dataset on the earth.</param>
    /// <param name="lonDeg">Longitude of the centre in degrees.</param>
    /// <param name="latDeg">Latitude of the centre: degrees in [-90, 90].</param>
    /// <param name="radiusM">The distance in metres, 0 to 20,003,932.</param>
    /// <remarks>Such a query cannot be saved.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The position or the distance is not valid.</exception>
    /// <exception cref="ArgumentException">The rows of the dataset have no positions on the earth.</exception>
    public static Query ConeMetres(this Query query, double lonDeg, double latDeg, double radiusM)
    {
        ArgumentNullException.ThrowIfNull(query);
        return query.ConeMetres(lonDeg, latDeg, radiusM, EarthDistance.Metres);
    }
}
