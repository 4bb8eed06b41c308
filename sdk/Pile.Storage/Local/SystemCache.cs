using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Checks on Linux which bytes of a file are in the page cache. Calls the C library, because .NET has no such function.</summary>
internal static partial class SystemCache
{
    private const int NoWait = 8; // RWF_NOWAIT of <linux/fs.h>
    private const int TryAgain = 11; // EAGAIN of <asm-generic/errno-base.h>

    /// <summary>Returns true if reading a byte requires disk access; false if it is in memory, if there is no such byte, or if the system
    /// does not report it.</summary>
    internal static unsafe bool IsMissing(SafeFileHandle file, long offsetBytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return false;
        byte one;
        Part part = new() { Start = &one, Bytes = 1 };
        try
        {
            return ReadAtOnce(file, &part, 1, offsetBytes, NoWait) < 0 && Marshal.GetLastPInvokeError() == TryAgain;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // an old C library
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Part
    {
        internal byte* Start;
        internal nuint Bytes;
    }

    [LibraryImport("libc", EntryPoint = "preadv2", SetLastError = true)]
    private static unsafe partial nint ReadAtOnce(SafeFileHandle file, Part* parts, int count, long offsetBytes, int flags);
}
