using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Reads the first bytes of files.</summary>
/// <remarks>Three system calls per file and no object: a handle of .NET takes twice as long for a million files.</remarks>
internal static partial class FileHead
{
    private const int ReadOnly = 0, CloseOnExec = 0x80000, DoNotBlock = 0x800; // O_RDONLY, O_CLOEXEC, O_NONBLOCK of <fcntl.h>
    private const int KeepAccessTime = 0x40000, NotPermitted = 1; // O_NOATIME, EPERM

    // The first reading of a file changes its time of access, so that the system writes the inode of every file of the folder.
    private static int keepAccessTime = KeepAccessTime;

    /// <summary>Reads the beginning of a file.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes, fewer than the destination has only at the end of the file.</returns>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    internal static int Read(EntryPath entry, Span<byte> destination)
    {
        if (!OperatingSystem.IsLinux())
        {
            using SafeFileHandle file = File.OpenHandle(entry.ToString(), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, destination, 0);
        }
        int descriptor = Open(entry.Folder, entry.Relative, ReadOnly | CloseOnExec | DoNotBlock | keepAccessTime);
        if (descriptor < 0 && keepAccessTime != 0 && Marshal.GetLastPInvokeError() == NotPermitted)
        {
            keepAccessTime = 0; // files of another user
            descriptor = Open(entry.Folder, entry.Relative, ReadOnly | CloseOnExec | DoNotBlock);
        }
        if (descriptor < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        try
        {
            nint count = Read(descriptor, destination, destination.Length);
            return count >= 0 ? (int)count : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int Open(int folder, ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> destination, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
