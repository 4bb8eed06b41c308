using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Hdf5.Native;

/// <summary>H5.h, H5E, H5I and H5PL, as HDF5 1.10 to 1.14 have them, and where the library is found. hid_t is 64 bits wide; 0 is H5P_DEFAULT.</summary>
internal static partial class Hdf5Native
{
    private const string Library = "hdf5";

    static Hdf5Native() => NativeLibrary.SetDllImportResolver(typeof(Hdf5Native).Assembly, (name, _, _) => name == Library ? Load() : 0);

    /// <summary>Loads the library.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is not on this machine.</exception>
    internal static nint Load() => SystemLibrary.Hdf5.Load();

    /// <summary>Returns an error about the library that was loaded.</summary>
    internal static NativeLibraryMissingException Unsuitable(string finding) => SystemLibrary.Hdf5.Missing(finding);

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

    /// <summary>With null for the function, errors of this thread are no longer printed.</summary>
    [LibraryImport(Library, EntryPoint = "H5Eset_auto2")]
    internal static partial int SetAutomaticErrors(long stack, nint function, nint data);

    [LibraryImport(Library, EntryPoint = "H5Ewalk2")]
    internal static unsafe partial int WalkErrors(long stack, int direction, delegate* unmanaged[Cdecl]<uint, ErrorRecord*, nint, int> function, nint data);

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
