using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Tells the system which mapped pages will be read, and which need not stay.</summary>
internal static partial class MemoryAdvice
{
    private const int WillNeedAdvice = 3, DontNeedAdvice = 4;

    /// <summary>Begins to read pages from the disk, and does not wait.</summary>
    internal static void WillNeed(nint address, long bytes)
    {
        if (OperatingSystem.IsLinux())
            Advise(address, bytes, WillNeedAdvice);
    }

    /// <summary>Gives mapped pages back; the system still has them in its cache, and maps them again when they are read.</summary>
    internal static void DontNeed(nint address, long bytes)
    {
        if (OperatingSystem.IsLinux())
            Advise(address, bytes, DontNeedAdvice);
    }

    // A hint: where it is refused, everything still works.
    private static void Advise(nint address, long bytes, int advice)
    {
        nint page = Environment.SystemPageSize, start = address & ~(page - 1);
        _ = MAdvise(start, (nuint)(address + bytes - start), advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nuint length, int advice);
}
