using System.Runtime.InteropServices;

namespace Pile.Fits.Native;

/// <summary>wcslib's <c>wcsunits.h</c>. Its scanners have no state between calls.</summary>
internal static unsafe partial class WcsUnitsNative
{
    static WcsUnitsNative() => NativeLibraries.EnsureResolved();

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsutrne")] // rewrites the text in place; a null error pointer: no message
    internal static partial int Translate(int control, byte* unit, nint error);

    [LibraryImport(NativeLibraries.Wcslib, EntryPoint = "wcsunitse")]
    internal static partial int Convert(byte* from, byte* to, out double scale, out double offset, out double power, nint error);
}
