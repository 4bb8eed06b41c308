using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>What Linux can do with a file beyond .NET; elsewhere, and where it is refused, everything still works.</summary>
internal static unsafe partial class FileCalls
{
    private const int KeepSize = 1, NoWait = 8, TryAgain = 11; // FALLOC_FL_KEEP_SIZE, RWF_NOWAIT, EAGAIN

    /// <summary>Takes space for a part of a file that will be written; its length stays.</summary>
    /// <remarks>Writing to space that was taken takes half the time: nothing is then looked for, and accounted, for every page of the file.</remarks>
    internal static void Reserve(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = FAllocate(file, KeepSize, offset, bytes);
    }

    /// <summary>Whether the system says that a byte has to come from a disk; false too where it doesn't say.</summary>
    internal static bool IsOnDisk(SafeFileHandle file, long offset)
    {
        byte value;
        IoVector to = new(&value, 1);
        return OperatingSystem.IsLinux() && PReadV2(file, &to, 1, offset, NoWait) < 0 && Marshal.GetLastPInvokeError() == TryAgain;
    }

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "preadv2", SetLastError = true)]
    private static partial nint PReadV2(SafeFileHandle file, IoVector* vectors, int count, long offset, int flags);

    private readonly struct IoVector(byte* start, nuint length)
    {
        public readonly byte* Start = start;
        public readonly nuint Length = length;
    }
}
