using System.Globalization;
using System.Runtime.InteropServices;

namespace Pile.Bench.Harness;

/// <summary>The machine and its load at the time of a run.</summary>
internal sealed record MachineFacts(string Cpu, int Cores, long MemoryBytes, string System, string Runtime, string LoadBefore)
{
    /// <summary>False if other processes used the processor in the last minute, which makes the figures unreliable.</summary>
    internal bool IsQuiet => LastMinute(LoadBefore) < QuietLoad;

    // `make bench` builds first; its own load must fade before the load of other processes is visible.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(3);

    private const double QuietLoad = 1.5;

    /// <summary>Reads the facts after the load of the last minute is low, or after the longest wait.</summary>
    internal static MachineFacts Read()
    {
        for (DateTime begin = DateTime.UtcNow; InputScale.IsFull && LastMinute(Load()) >= QuietLoad && DateTime.UtcNow - begin < MaxWait;)
            Thread.Sleep(TimeSpan.FromSeconds(2));
        return ReadNow();
    }

    private static double LastMinute(string load) => double.Parse(load.Split(',')[0], CultureInfo.InvariantCulture);

    private static MachineFacts ReadNow() => new(
        Field("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) * 1024,
        Field("/etc/os-release", "PRETTY_NAME").Trim('"') + ", Linux " + Environment.OSVersion.Version.ToString(3),
        RuntimeInformation.FrameworkDescription,
        Load());

    /// <summary>Returns the load averages of the last one, five and fifteen minutes.</summary>
    internal static string Load() => string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private static string Field(string file, string name)
    {
        foreach (string line in File.ReadLines(file))
            if (line.StartsWith(name, StringComparison.Ordinal) && line.IndexOfAny([':', '=']) is > 0 and var at)
                return line[(at + 1)..].Trim();
        return "unknown";
    }
}
