using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>What Linux can do with a file beyond .NET; elsewhere, and where it is refused, everything still works.</summary>
internal static partial class FileCalls
{
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int SetSignal = 10, SetLease = 1024, ReadLease = 0; // F_SETSIG, F_SETLEASE, F_RDLCK
    private const int Urgent = 23; // SIGURG, which nobody hears unless he asks

    /// <summary>Takes space for a part of a file that will be written; its length stays.</summary>
    /// <remarks>Writing to space that was taken takes half the time: nothing is then looked for, and accounted, for every page of the
    /// file.</remarks>
    internal static void Reserve(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = FAllocate(file, KeepSize, offset, bytes);
    }

    /// <summary>Lets whoever would write to a file, or cut it, wait until it is closed here: 45 s at most, as Linux is set up.</summary>
    /// <remarks>A mapped page that is cut off the file ends the process at once, and nothing can be told then. Files of others, and file
    /// systems of other machines, cannot be held so.</remarks>
    internal static void HoldOffWriters(SafeFileHandle file)
    {
        // The signal that says that somebody waits would end the process if it were the usual one.
        if (OperatingSystem.IsLinux() && Control(file, SetSignal, Urgent) == 0)
            _ = Control(file, SetLease, ReadLease);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);
}
