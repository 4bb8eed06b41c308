using System.Runtime.InteropServices;

namespace Pile.Parquet;

/// <summary>Checks whether mapped pages are in memory, releases pages, and asks for large ones.</summary>
internal static unsafe partial class MemoryAdvice
{
    private const int DontNeedAdvice = 4, HugePageAdvice = 14;

    /// <summary>The size of a large page in bytes.</summary>
    internal const int LargePageBytes = 1 << 21;

    /// <summary>Returns true if reading a mapped page requires disk access; false if
    /// the system does not report it, for example for a file of another user.</summary>
    /// <remarks>A check with preadv2 and RWF_NOWAIT would start reading at that place, which disturbs sequential read-ahead.</remarks>
    internal static bool IsOnDisk(nint address)
    {
        byte isInMemory;
        return OperatingSystem.IsLinux() && MInCore(address & ~((nint)Environment.SystemPageSize - 1), 1, &isInMemory) == 0
            && (isInMemory & 1) == 0;
    }

    /// <summary>Releases mapped pages. They stay in the system's cache, and are mapped again when they are read.</summary>
    internal static void DontNeed(nint address, long bytes)
    {
        if (OperatingSystem.IsLinux())
            Advise(address, bytes, DontNeedAdvice);
    }

    /// <summary>Asks for large pages, which are provided at the first access in a five-hundredth of the page faults.</summary>
    internal static void UseLargePages(nint address, long bytes)
    {
        if (OperatingSystem.IsLinux())
            Advise(address, bytes, HugePageAdvice);
    }

    // Only a hint: errors are ignored.
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
