using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Asks the system about mapped pages, and tells it which need not stay.</summary>
internal static unsafe partial class MemoryAdvice
{
    private const int DontNeedAdvice = 4;

    /// <summary>Whether a mapped page has to come from a disk; false too where the system doesn't say, as of a file that belongs to
    /// somebody else.</summary>
    /// <remarks>To ask by preadv2 and RWF_NOWAIT begins to read there, which is not where reading should begin.</remarks>
    internal static bool IsOnDisk(nint address)
    {
        byte isInMemory;
        return OperatingSystem.IsLinux() && MInCore(address & ~((nint)Environment.SystemPageSize - 1), 1, &isInMemory) == 0
            && (isInMemory & 1) == 0;
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

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int MInCore(nint address, nuint length, byte* isInMemory);
}
