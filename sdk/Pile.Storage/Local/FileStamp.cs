using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pile.Storage;

/// <summary>The identity of a local file: a file that is replaced or changed gets another stamp.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Inode">Its inode; 0 if the system has none.</param>
/// <param name="Modified">When its contents changed, in nanoseconds since 1970.</param>
/// <param name="Changed">When its contents or its inode changed. Programs can set <paramref name="Modified"/>, but not this.</param>
internal readonly partial record struct FileStamp(long Bytes, ulong Inode, long Modified, long Changed)
{
    private const int CurrentFolder = -100; // AT_FDCWD of <fcntl.h>
    private const uint BasicFields = 0x7FF; // STATX_BASIC_STATS of <linux/stat.h>, which has the offsets below

    /// <summary>True if the file was changed less than a second ago.</summary>
    /// <remarks>File systems have coarse clocks, so such a file may change again and keep its stamp.</remarks>
    public bool IsRecent => Math.Max(Modified, Changed) / 1e9 > (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds - 1;

    /// <summary>Returns the stamp of a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileStamp Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<byte> found = stackalloc byte[256];
            if (Statx(CurrentFolder, path, 0, BasicFields, found) == 0)
                return new FileStamp(BinaryPrimitives.ReadInt64LittleEndian(found[40..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(found[32..]), Time(found[112..]), Time(found[96..]));
        }
        FileInfo file = new(path);
        return file.Exists ? new FileStamp(file.Length, 0, (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100, 0)
            : throw new FileNotFoundException($"There is no file '{path}'.", path);
    }

    /// <summary>Returns the bytes that a file occupies on disk, without its holes; 0 if there is no such file.</summary>
    /// <remarks>Returns the length of the file if the system does not report the occupied bytes.</remarks>
    internal static long AllocatedBytes(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<byte> found = stackalloc byte[256];
            if (Statx(CurrentFolder, path, 0, BasicFields, found) == 0)
                return BinaryPrimitives.ReadInt64LittleEndian(found[48..]) * 512; // stx_blocks
        }
        FileInfo file = new(path);
        return file.Exists ? file.Length : 0;
    }

    private static long Time(ReadOnlySpan<byte> time) =>
        (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint fields, Span<byte> found);
}
