using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Hdf5.Native;

/// <summary>Initializes the library, serializes calls to it, and reads its errors.</summary>
internal static class Hdf5Library
{
    private static readonly Lock Gate = new();
    private static bool started;
    private static FrozenDictionary<string, long> ids = FrozenDictionary<string, long>.Empty;

    [ThreadStatic] private static bool silenced;

    /// <summary>Enters the library: hold the result while calling it, on any thread; entering again is allowed.</summary>
    /// <exception cref="NativeLibraryMissingException">HDF5 1.10 to 1.14 is not installed.</exception>
    internal static Lock.Scope Enter()
    {
        Lock.Scope scope = Gate.EnterScope();
        try
        {
            if (!started)
                Start();
            if (!silenced) // in a thread-safe build this setting is per thread
                silenced = Hdf5Native.SetAutomaticErrors(0, 0, 0) >= 0;
            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>Returns a predefined id by its exported name, for example <c>H5T_STD_I8LE</c>.</summary>
    internal static long Id(string name) => ids[name];

    /// <summary>Creates a property list of one of the library's classes, for example <c>H5P_CLS_FILE_ACCESS</c>.</summary>
    internal static PropertyHandle Properties(string propertyClass) => Hdf5Native.CreateProperties(Id(propertyClass + "_ID"));

    /// <summary>Returns the library's error of this thread's last call, outermost first; empty if there was no error.</summary>
    internal static unsafe string LastError()
    {
        List<string> lines = [];
        GCHandle data = GCHandle.Alloc(lines);
        try { _ = Hdf5Native.WalkErrors(0, direction: 1, &Collect, GCHandle.ToIntPtr(data)); }
        finally { data.Free(); }
        return SystemError(lines) is { } cause ? $"{lines[0]}: {cause}" : string.Join(": ", lines.Distinct());
    }

    /// <summary>Returns the message of a failed system call, without the library's call stack, time, buffer and descriptor.</summary>
    private static string? SystemError(List<string> lines)
    {
        const string Mark = "error message = '";
        return lines is [_, .., var last] && last.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at
            && last.IndexOf('\'', at + Mark.Length) is >= 0 and var end
            ? last[(at + Mark.Length)..end] : null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Collect(uint index, Hdf5Native.ErrorRecord* record, nint data)
    {
        string? text = Marshal.PtrToStringUTF8((nint)record->Description);
        if (!string.IsNullOrWhiteSpace(text))
            ((List<string>)GCHandle.FromIntPtr(data).Target!).Add(text);
        return 0;
    }

    private static void Start()
    {
        // Locks of this library and of .NET on the same file conflict. Environment.SetEnvironmentVariable does not change getenv.
        _ = Hdf5Native.SetEnvironment("HDF5_USE_FILE_LOCKING", "FALSE", 1);
        nint library = Hdf5Native.Load();
        // On exit, the library would flush what could not be written before,
        // for example on a full disk, and crash. Files are closed earlier.
        _ = Hdf5Native.DontCleanUpAtExit();
        if (Hdf5Native.GetVersion(out uint major, out uint minor, out uint release) < 0 || major != 1 || minor is < 10 or > 14
            || (minor == 10 && release < 5))
            throw Hdf5Native.Incompatible($"Found HDF5 {major}.{minor}.{release}; versions 1.10.5 to 1.14 are required.");
        if (Hdf5Native.Open() < 0)
            throw Hdf5Native.Incompatible($"HDF5 {major}.{minor}.{release} cannot be initialized: {LastError()}.");
        _ = Hdf5Native.SetPluginLoading(0); // a file must not determine which code is loaded

        string[] names = ["H5P_CLS_FILE_ACCESS_ID", "H5P_CLS_DATASET_CREATE_ID", "H5P_CLS_LINK_CREATE_ID", "H5P_CLS_ATTRIBUTE_CREATE_ID",
            "H5P_CLS_FILE_CREATE_ID",
            "H5T_C_S1", .. Hdf5Types.PredefinedNames];
        ids = names.ToFrozenDictionary(name => name, name => Marshal.ReadInt64(NativeLibrary.GetExport(library, name + "_g")));
        started = true;
    }
}
