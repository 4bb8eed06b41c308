using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Storage;

/// <summary>Asks Linux which bytes of a file it has in memory. .NET has no such question, so this calls the C library.</summary>
internal static partial class SystemCache
{
    private const int NoWait = 8; // RWF_NOWAIT of <linux/fs.h>
    private const int TryAgain = 11; // EAGAIN of <asm-generic/errno-base.h>

    /// <summary>True when the system says that a byte has to come from the disk; false when it has it, when there is none, or when it does
    /// not say.</summary>
    internal static unsafe bool Lacks(SafeFileHandle file, long offsetBytes)
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
