using System.Globalization;

namespace Pile.Soak.Running;

/// <summary>Measures the cost of a run in this process (Linux).</summary>
internal sealed class RunMeter
{
    private const string ResetPeak = "5"; // proc(5), clear_refs: the peak becomes the present resident memory

    private readonly TimeSpan processorBefore;
    private readonly long baseBytes;

    private RunMeter()
    {
        File.WriteAllText("/proc/self/clear_refs", ResetPeak);
        baseBytes = StatusBytes("VmRSS:");
        processorBefore = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Begins to measure.</summary>
    internal static RunMeter Start() => new();

    /// <summary>Returns the cost since the start.</summary>
    internal RunCost Stop() => new(Environment.CpuUsage.TotalTime - processorBefore, StatusBytes("VmHWM:"), baseBytes);

    private static long StatusBytes(string field) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith(field, StringComparison.Ordinal)).AsSpan(field.Length)
            .TrimEnd(" kB"), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) << 10;
}
