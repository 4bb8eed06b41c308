using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>Linux file operations that .NET does not have. On other systems, and if they fail, they have no effect.</summary>
internal static partial class FileCalls
{
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const int SetSignal = 10, SetLease = 1024, ReadLease = 0; // F_SETSIG, F_SETLEASE, F_RDLCK
    private const int Urgent = 23; // SIGURG, which is ignored by default

    /// <summary>Allocates disk space for a part of a file that is written later; the length of the file does not change.</summary>
    /// <remarks>Writing to allocated space takes half the time, because no block has to be allocated for each page.</remarks>
    internal static void Reserve(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = FAllocate(file, KeepSize, offset, bytes);
    }

    /// <summary>Takes a read lease: processes that open the file for writing or
    /// truncate it wait until it is closed, by default at most 45 s on Linux.</summary>
    /// <remarks>If a file is truncated, access to a mapped page beyond its end terminates the process without an error message. Leases are
    /// not available for files of other users or on network file systems.</remarks>
    internal static void TakeReadLease(SafeFileHandle file)
    {
        // The default signal for a broken lease, SIGIO, would terminate the process.
        if (OperatingSystem.IsLinux() && Control(file, SetSignal, Urgent) == 0)
            _ = Control(file, SetLease, ReadLease);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);
}
