using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Parquet;

/// <summary>What Linux can do with a file beyond .NET; elsewhere, and where it is refused, everything still works.</summary>
internal static partial class FileCalls
{
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE

    /// <summary>Takes space for a part of a file that will be written; its length stays.</summary>
    /// <remarks>Writing to space that was taken takes half the time: nothing is then looked for, and accounted, for every page of the file.</remarks>
    internal static void Reserve(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = FAllocate(file, KeepSize, offset, bytes);
    }

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);
}
