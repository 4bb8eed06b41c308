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

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcserr_enable")] // for the process; structures then keep their messages
    internal static partial int EnableMessages(int enable);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsprintf_set")] // 0: empties the buffer of wcslib, and writes to it
    private static partial int PrintTo(nint file);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsperr")]
    private static partial int PrintMessages(WcsHandle wcs, byte* prefix);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsprintf_buf")] // borrowed: valid until the next call that prints
    private static partial nint Printed();

    /// <summary>Returns what wcslib reports of a failed call: the messages of the structure, which name keywords and values, or else that
    /// of the status.</summary>
    internal static string Describe(int status, WcsHandle? wcs)
    {
        string general = Describe(status);
        if (wcs is null)
            return general;
        string text;
        lock (SetUp) // the buffer is one for the process
        {
            bool isPrinted = PrintTo(0) == 0 && PrintMessages(wcs, null) == 0;
            text = isPrinted ? Marshal.PtrToStringUTF8(Printed()) ?? "" : "";
        }
        // A line says where in the source code of wcslib an error occurred, and the next one is its message.
        string[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("ERROR ", StringComparison.Ordinal)
                && !line.StartsWith("INFORMATIVE ", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('.').Replace(" : ", ": ", StringComparison.Ordinal))
            .Where(line => !general.StartsWith(line, StringComparison.Ordinal)).Distinct()];
        return lines.Length > 0 ? $"{string.Join("; ", lines)} (wcslib status {status})" : general;
    }

    /// <summary>Returns wcslib's message for a status.</summary>
    private static string Describe(int status)
    {
        nint table = NativeLibrary.GetExport(NativeLibraries.Load(NativeLibraries.Wcslib), "wcs_errmsg"); // const char *[14], never freed
        string? text = status is > 0 and < 14 ? Marshal.PtrToStringUTF8(((nint*)table)[status]) : null;
        return $"{text ?? "unknown error"} (wcslib status {status})";
    }
}
