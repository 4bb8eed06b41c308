using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>Detects files that are not regular, such as pipes and devices: opening or reading one may never return.</summary>
internal static partial class RegularFile
{
    private const int WorkingFolder = -100; // AT_FDCWD of <linux/fcntl.h>
    private const uint TypeOnly = 1; // STATX_TYPE of <linux/stat.h>
    private const int ModeOffset = 28, StatBytes = 256; // struct statx, the same on every processor
    private const int TypeMask = 0xF000, Regular = 0x8000, Folder = 0x4000; // S_IFMT, S_IFREG, S_IFDIR

    /// <summary>Returns true if a file exists, after links are followed, and is neither regular nor a folder.</summary>
    public static bool IsSpecial(string path)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            Span<byte> stat = stackalloc byte[StatBytes];
            return Stat(WorkingFolder, path, 0, TypeOnly, stat) == 0
                && (BitConverter.ToUInt16(stat[ModeOffset..]) & TypeMask) is not (Regular or Folder);
        }
        catch (EntryPointNotFoundException)
        {
            return false; // an old C library
        }
    }

    /// <summary>Rejects a file that is neither regular nor a folder.</summary>
    /// <exception cref="IOException">The file is a pipe, a device or a socket.</exception>
    public static void Require(string path)
    {
        if (IsSpecial(path))
            throw new IOException($"'{path}' is a pipe, a device or a socket; a regular file is expected");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, Span<byte> stat);
}
