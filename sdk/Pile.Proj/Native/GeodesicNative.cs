using System.Runtime.InteropServices;

namespace Pile.Proj.Native;

/// <summary>Geodesics: geodesic.h, which is part of libproj.</summary>
internal static unsafe partial class GeodesicNative
{
    /// <summary>The size of <c>struct geod_geodesic</c>, 408 bytes, with room to spare.</summary>
    internal const int StructBytes = 1024;

    static GeodesicNative() => ProjLibrary.EnsureResolved();

    [LibraryImport(ProjLibrary.Name, EntryPoint = "geod_init")]
    internal static partial void Initialise(byte* geodesic, double equatorialRadiusM, double flattening);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "geod_inverse")]
    internal static partial void Inverse(byte* geodesic, double latDeg1, double lonDeg1, double latDeg2, double lonDeg2,
        double* distanceM, double* azimuthDeg1, double* azimuthDeg2);

    [LibraryImport(ProjLibrary.Name, EntryPoint = "geod_polygonarea")]
    internal static partial void PolygonArea(byte* geodesic, double* latDeg, double* lonDeg, int count, double* areaM2, double* perimeterM);
}
