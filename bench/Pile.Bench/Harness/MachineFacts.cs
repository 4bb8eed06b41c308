using System.Globalization;
using System.Runtime.InteropServices;

namespace Pile.Bench.Harness;

/// <summary>The machine and the moment: figures mean nothing without.</summary>
internal sealed record MachineFacts(string Cpu, int Cores, long MemoryBytes, string System, string Runtime, string LoadBefore)
{
    /// <summary>False when other processes wanted a core in the minute before: two-thread figures are then worthless, the others
    /// doubtful.</summary>
    internal bool IsQuiet => LastMinute(LoadBefore) < QuietLoad;

    // `make bench` builds first: its own load must fade before it can tell that of others.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const double QuietLoad = 1.5;

    /// <summary>Reads the facts, once the load of the last minute is low or patience is at its end.</summary>
    internal static MachineFacts Read()
    {
        for (DateTime begin = DateTime.UtcNow; InputScale.IsFull && LastMinute(Load()) >= QuietLoad && DateTime.UtcNow - begin < Patience;)
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

    /// <summary>How many processes wanted a core in the last one, five and fifteen minutes.</summary>
    internal static string Load() => string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private static string Field(string file, string name)
    {
        foreach (string line in File.ReadLines(file))
            if (line.StartsWith(name, StringComparison.Ordinal) && line.IndexOfAny([':', '=']) is > 0 and var at)
                return line[(at + 1)..].Trim();
        return "unknown";
    }
}
