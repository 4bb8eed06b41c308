using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

/// <summary>wcslib 7.12. A <c>wcsprm</c> must be used by one thread at a time: conversions write to it.</summary>
internal static unsafe partial class WcsNative
{
    /// <summary>WCSHDR_all: accepts all keywords that are not explicitly forbidden, as astropy does.</summary>
    internal const int AcceptAll = 0x000FFFFF;

    /// <summary>WCSSUB_CELESTIAL: the longitude, latitude and cube-face axes, in their order.</summary>
    internal const int CelestialAxes = 0x1007;

    internal const int InvalidPixel = 8;
    internal const int InvalidWorld = 9;

    // NWCSFIX is 7 in 7.12; this leaves room for more.
    internal const int FixCount = 16;

    /// <summary>Guards parsing, fixing and setting up, parts of which use static state.</summary>
    internal static readonly Lock SetUp = new();

    static WcsNative() => NativeLibraries.EnsureResolved();

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcspih")] // the caller frees the array with FreeArray
    internal static partial int Parse(byte* header, int cardCount, int relax, int control, out int rejected, out int count, out nint array);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsvfree")]
    internal static partial int FreeArray(ref int count, ref nint array);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsfree")]
    internal static partial int Free(nint wcs);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcssize")]
    internal static partial int Size(nint wcs, int* sizes);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcssub")]
    internal static partial int Extract(int allocate, nint source, int* axisCount, int* axes, WcsHandle destination);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsfix")]
    internal static partial int Fix(int control, int* axisLengths, WcsHandle wcs, int* statuses);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsset")]
    internal static partial int Set(WcsHandle wcs);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsp2s")]
    internal static partial int PixelToWorld(WcsHandle wcs, int count, int stride, double* pixels, double* intermediate, double* phi,
        double* theta, double* world, int* statuses);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcss2p")]
    internal static partial int WorldToPixel(WcsHandle wcs, int count, int stride, double* world, double* phi, double* theta,
        double* intermediate, double* pixels, int* statuses);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcssptr")] // rewrites the type in place: 9 bytes, the last one 0
    internal static partial int TranslateSpectral(WcsHandle wcs, ref int axis, byte* type);

    /// <summary>Returns wcslib's message for a status.</summary>
    internal static string Describe(int status)
    {
        nint table = NativeLibrary.GetExport(NativeLibraries.Load(NativeLibraries.Wcslib), "wcs_errmsg"); // const char *[14], never freed
        string? text = status is > 0 and < 14 ? Marshal.PtrToStringUTF8(((nint*)table)[status]) : null;
        return $"{text ?? "unknown error"} (wcslib status {status})";
    }
}
