using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Tells the system which mapped pages need not stay.</summary>
internal static partial class MemoryAdvice
{
    private const int DontNeedAdvice = 4;

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
