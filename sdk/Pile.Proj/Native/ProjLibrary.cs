using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Proj.Native;

/// <summary>Loads libproj when it is first called. Only functions whose signatures are the same in PROJ 8.2 to 9 are used.</summary>
internal static class ProjLibrary
{
    internal const string Name = "proj";

    /// <summary>The file names and packages of PROJ.</summary>
    internal static SystemLibrary Files { get; } = new()
    {
        Name = "PROJ 9",
        Variable = "PILE_PROJ_LIBRARY",
        FileNames = ["libproj.so.25", "libproj.so.22"],
        Packages = new("libproj25", "libproj25", "libproj22", "libproj25", "proj", "proj"),
    };

    // An assembly may set its resolver only once. The runtime runs this initializer once, for whichever class is used first.
    static ProjLibrary() => NativeLibrary.SetDllImportResolver(typeof(ProjLibrary).Assembly, Resolve);

    /// <summary>Runs the static constructor; called from the static constructors of the declaring classes.</summary>
    internal static void EnsureResolved() { }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name is Name ? Files.Load() : 0;
}
