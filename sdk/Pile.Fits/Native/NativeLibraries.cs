using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Fits.Native;

/// <summary>Loads cfitsio and wcslib. Only functions whose signatures are the same in all versions listed here are used.</summary>
internal static class NativeLibraries
{
    internal const string Cfitsio = "cfitsio";
    internal const string Wcslib = "wcs";

    /// <summary>The file names and packages of cfitsio.</summary>
    internal static SystemLibrary CfitsioFiles { get; } = new()
    {
        Name = "cfitsio 4",
        Variable = "PILE_CFITSIO_LIBRARY",
        FileNames = ["libcfitsio.so.10", "libcfitsio.so.9"],
        Packages = new("libcfitsio10", "libcfitsio10t64", "libcfitsio9", "libcfitsio10t64", "cfitsio", "cfitsio"),
    };

    /// <summary>The file names and packages of wcslib.</summary>
    internal static SystemLibrary WcslibFiles { get; } = new()
    {
        Name = "wcslib 7 or 8",
        Variable = "PILE_WCS_LIBRARY",
        FileNames = ["libwcs.so.8", "libwcs.so.7"],
        Packages = new("libwcs7", "libwcs8", "libwcs7", "libwcs8", "wcslib", "wcslib"),
    };

    // An assembly may set its resolver only once. The runtime runs this initializer once, for whichever class is used first.
    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Runs the static constructor; called from the static constructors of the declaring classes.</summary>
    internal static void EnsureResolved() { }

    /// <summary>Loads a library.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is not installed.</exception>
    internal static nint Load(string name) => (name == Cfitsio ? CfitsioFiles : WcslibFiles).Load();

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is Cfitsio or Wcslib ? Load(name) : 0;
}
