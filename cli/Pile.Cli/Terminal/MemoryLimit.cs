using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>Limits the memory of the process, so that a query which needs too much memory fails with an error instead of blocking the
/// machine.</summary>
/// <remarks>DuckDB's own limit covers its buffers. It does not cover the results of functions, such as <c>repeat('x', 1000000000)</c> in an
/// alias of a dataset.</remarks>
internal static class MemoryLimit
{
    private const int Buffers = 2; // the other buffers of the program need as much memory again as those that --memory limits
    private const long ProgramBytes = 1L << 30;

    /// <summary>Of the stacks of a worker's threads (its own, and those of up to three DuckDBs) of 8 MiB, which count although they are
    /// hardly used.</summary>
    private const long WorkerBytes = 32L << 20;

    /// <summary>Sets the limit.</summary>
    /// <param name="memoryBytes">The value of <c>--memory</c>; null for the memory of the machine or its control group.</param>
    /// <param name="workers">The value of <c>--workers</c>.</param>
    internal static void Set(long? memoryBytes, int workers)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess
            || ResourceLimit.Get(ResourceLimit.Data, out ResourceLimit.Limits limits) != 0)
            return;
        long bytes = UsedBytes() + (workers * WorkerBytes) + (memoryBytes is { } given && given < long.MaxValue / 4
            ? (given * Buffers) + ProgramBytes : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        limits.Soft = Math.Min(Math.Min((ulong)bytes, limits.Soft), limits.Hard);
        _ = ResourceLimit.Set(ResourceLimit.Data, limits); // if this fails, queries still have DuckDB's limit
    }

    /// <summary>Removes the limit, for a process that runs several commands.</summary>
    internal static void Remove()
    {
        if (ResourceLimit.Get(ResourceLimit.Data, out ResourceLimit.Limits limits) != 0)
            return;
        limits.Soft = limits.Hard;
        _ = ResourceLimit.Set(ResourceLimit.Data, limits);
    }

    private static long UsedBytes()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
            if (line.StartsWith("VmData:", StringComparison.Ordinal)
                && long.TryParse(line.AsSpan("VmData:".Length).TrimEnd(" kB"), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture,
                    out long kibibytes))
                return kibibytes << 10;
        return 0;
    }
}
