using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Hdf5.Native;

/// <summary>H5.h, H5E, H5I and H5PL of HDF5 1.10 to 1.14, and the file names of the library. hid_t has 64 bits; 0 is H5P_DEFAULT.</summary>
internal static partial class Hdf5Native
{
    private const string Library = "hdf5";

    /// <summary>The file names and packages of HDF5. Debian and Ubuntu add <c>_serial</c>
    /// to the names; 103 is HDF5 1.10, 200 is 1.12, 310 is 1.14.</summary>
    internal static SystemLibrary Files { get; } = new()
    {
        Name = "HDF5 1.10 to 1.14",
        Variable = "PILE_HDF5_LIBRARY",
        FileNames = ["libhdf5_serial.so.310", "libhdf5.so.310", "libhdf5.so.200", "libhdf5_serial.so.103", "libhdf5.so.103"],
        Packages = new("libhdf5-103-1", "libhdf5-310", "libhdf5-103-1", "libhdf5-103-1t64", "hdf5", "hdf5"),
    };

    static Hdf5Native() => NativeLibrary.SetDllImportResolver(typeof(Hdf5Native).Assembly, (name, _, _) => name == Library ? Load() : 0);

    /// <summary>Loads the library.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is not installed.</exception>
    internal static nint Load() => Files.Load();

    /// <summary>Creates the error for an incompatible library.</summary>
    internal static NativeLibraryMissingException Incompatible(string finding) => Files.Missing(finding);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "H5dont_atexit")]
    internal static partial int DontCleanUpAtExit();

    [LibraryImport(Library, EntryPoint = "H5open")]
    internal static partial int Open();

    [LibraryImport(Library, EntryPoint = "H5get_libversion")]
    internal static partial int GetVersion(out uint major, out uint minor, out uint release);

    [LibraryImport(Library, EntryPoint = "H5PLset_loading_state")]
    internal static partial int SetPluginLoading(uint mask);

    /// <summary>With a null function, errors of this thread are not printed.</summary>
    [LibraryImport(Library, EntryPoint = "H5Eset_auto2")]
    internal static partial int SetAutomaticErrors(long stack, nint function, nint data);

    [LibraryImport(Library, EntryPoint = "H5Ewalk2")]
    internal static unsafe partial int WalkErrors(long stack, int direction,
        delegate* unmanaged[Cdecl]<uint, ErrorRecord*, nint, int> function, nint data);

    [LibraryImport(Library, EntryPoint = "H5Fget_obj_count")]
    internal static partial nint CountOpenObjects(long file, uint kinds);

    /// <summary>H5E_error2_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ErrorRecord
    {
        internal long Class, Major, Minor;
        internal uint Line;
        internal byte* Function, File, Description;
    }
}
