using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Fits.Native;

/// <summary>Finds the two libraries under the names of Debian 12, whose versions these declarations mirror.</summary>
internal static class NativeLibraries
{
    internal const string Cfitsio = "libcfitsio.so.10";
    internal const string Wcslib = "libwcs.so.7";

    // An assembly may set its resolver once: the runtime runs this initializer once, whichever declaration is used first.
    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Runs the static constructor; the declaring classes call it from theirs.</summary>
    internal static void EnsureResolved() { }

    /// <summary>Loads a library.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is not on this machine.</exception>
    internal static nint Load(string name)
    {
        if (NativeLibrary.TryLoad(name, out nint handle))
            return handle;
        string package = name == Cfitsio ? "libcfitsio10" : "libwcs7";
        throw new NativeLibraryMissingException(name, $"Run 'make setup', or as root 'apt-get install {package}' (Debian 12).");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Cfitsio or Wcslib ? Load(name) : 0;
}
