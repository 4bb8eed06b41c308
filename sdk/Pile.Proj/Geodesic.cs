using Pile.Proj.Native;

namespace Pile.Proj;

/// <summary>Lengths and areas on the WGS84 ellipsoid. Thread-safe.</summary>
/// <remarks>Source: C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87 (2013) 43; the implementation is PROJ's.</remarks>
internal static unsafe class Geodesic
{
    private const double EquatorialRadiusM = 6_378_137.0, Flattening = 1.0 / 298.257223563;

    // Only read once it is initialised, so all threads share it. Lazy: a missing library is reported as such, and at the first call.
    private static readonly Lazy<byte[]> Wgs84 = new(Initialised);

    /// <summary>Returns the length of the shortest path between two positions in metres; NaN if a coordinate is NaN or a latitude is
    /// beyond a pole.</summary>
    internal static double DistanceM(double lonDeg1, double latDeg1, double lonDeg2, double latDeg2)
    {
        double distanceM;
        fixed (byte* geodesic = Wgs84.Value)
            GeodesicNative.Inverse(geodesic, latDeg1, lonDeg1, latDeg2, lonDeg2, &distanceM, null, null);
        return distanceM;
    }

    /// <summary>Computes the distances in metres of pairs of positions, element by element.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    internal static void DistanceM(ReadOnlySpan<double> lonDeg1, ReadOnlySpan<double> latDeg1, ReadOnlySpan<double> lonDeg2,
        ReadOnlySpan<double> latDeg2, Span<double> destinationM)
    {
        int n = lonDeg1.Length;
        if (latDeg1.Length != n || lonDeg2.Length != n || latDeg2.Length != n || destinationM.Length != n)
            throw new ArgumentException($"Expected five spans of length {n}.");
        fixed (byte* geodesic = Wgs84.Value)
        fixed (double* destination = destinationM)
            for (int i = 0; i < n; i++)
                GeodesicNative.Inverse(geodesic, latDeg1[i], lonDeg1[i], latDeg2[i], lonDeg2[i], destination + i, null, null);
    }

    /// <summary>Returns the area in square metres of a polygon whose edges are geodesics; positive if it is counter-clockwise.</summary>
    /// <param name="lonDeg">Longitudes; the last vertex is joined to the first.</param>
    /// <param name="latDeg">Latitudes, as many.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    internal static double AreaM2(ReadOnlySpan<double> lonDeg, ReadOnlySpan<double> latDeg)
    {
        if (lonDeg.Length != latDeg.Length)
            throw new ArgumentException($"Expected as many latitudes as longitudes, {lonDeg.Length}; found {latDeg.Length}.");
        double areaM2, perimeterM;
        fixed (byte* geodesic = Wgs84.Value)
        fixed (double* lons = lonDeg, lats = latDeg)
            GeodesicNative.PolygonArea(geodesic, lats, lons, lonDeg.Length, &areaM2, &perimeterM);
        return areaM2;
    }

    private static byte[] Initialised()
    {
        byte[] bytes = GC.AllocateArray<byte>(GeodesicNative.StructBytes, pinned: true);
        fixed (byte* geodesic = bytes)
            GeodesicNative.Initialise(geodesic, EquatorialRadiusM, Flattening);
        return bytes;
    }
}
