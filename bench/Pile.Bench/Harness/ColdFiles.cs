using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pile.Bench.Harness;

/// <summary>Removes files from the system's cache, so that they are read from the disk.</summary>
internal static partial class ColdFiles
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED of <fcntl.h>

    /// <summary>Removes files, which are already written to the disk, from the system's cache.</summary>
    /// <exception cref="BenchFailedException">The system reports an error.</exception>
    internal static void Make(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            RandomAccess.FlushToDisk(file);
            if (Advise(file, 0, 0, DontNeed) != 0)
                throw new BenchFailedException($"'{path}' was not removed from the system's cache.");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
