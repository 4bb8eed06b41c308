using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Finds the holes of sparse files: see lseek(2).</summary>
internal static partial class FileHoles
{
    private const int SeekData = 3, NoMoreData = 6; // SEEK_DATA, ENXIO

    /// <summary>Returns true if a part of a file is certainly a hole; false if the system does not report holes.</summary>
    internal static bool Includes(SafeFileHandle file, long start, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        long data = Seek(file, start, SeekData);
        return data < 0 ? Marshal.GetLastPInvokeError() == NoMoreData : data >= start + bytes;
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
