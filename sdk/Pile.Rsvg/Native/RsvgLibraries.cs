using System.Reflection;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Rsvg.Native;

/// <summary>Loads librsvg, and the libraries that it is built on: Cairo and GLib's objects.</summary>
internal static class RsvgLibraries
{
    internal const string Rsvg = "rsvg", Cairo = "cairo", Objects = "gobject", GLib = "glib";

    /// <summary>The file names and packages of librsvg, which depends on the other three.</summary>
    internal static SystemLibrary Files { get; } = new()
    {
        Name = "librsvg 2",
        Variable = "PILE_RSVG_LIBRARY",
        FileNames = ["librsvg-2.so.2"],
        Packages = new("librsvg2-2", "librsvg2-2", "librsvg2-2", "librsvg2-2", "librsvg2", "librsvg"),
    };

    // An assembly may set its resolver only once. The runtime runs this initializer once, for whichever class is used first.
    static RsvgLibraries() => NativeLibrary.SetDllImportResolver(typeof(RsvgLibraries).Assembly, Resolve);

    /// <summary>Runs the static constructor; called from the static constructor of the declarations.</summary>
    internal static void EnsureResolved() { }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        Rsvg => Files.Load(),
        Cairo => Dependency("libcairo.so.2"),
        Objects => Dependency("libgobject-2.0.so.0"),
        GLib => Dependency("libglib-2.0.so.0"),
        _ => 0,
    };

    private static nint Dependency(string file)
    {
        foreach (string folder in SystemLibrary.Folders)
            if (NativeLibrary.TryLoad(Path.Combine(folder, file), out nint library))
                return library;
        throw Files.Missing($"librsvg depends on {file}, which cannot be loaded.");
    }
}
