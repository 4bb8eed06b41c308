using System.Diagnostics;
using System.Globalization;

namespace Pile.Bench.Harness;

/// <summary>The run of a process.</summary>
/// <param name="Seconds">The wall time from start to end.</param>
/// <param name="PeakBytes">The peak resident memory; 0 if not measured.</param>
/// <param name="Output">The standard output.</param>
internal sealed record ProgramRun(double Seconds, long PeakBytes, string Output)
{
    private const string Time = "/usr/bin/time";
    private const string PeakLine = "Maximum resident set size (kbytes):", UserLine = "User time (seconds):",
        SystemLine = "System time (seconds):";

    /// <summary>The processor time of all threads; 0 if not measured.</summary>
    internal double ProcessorSeconds { get; private init; }

    /// <summary>Fails if <c>/usr/bin/time</c> is not GNU time.</summary>
    internal static void RequireTime()
    {
        if (!File.Exists(Time))
            throw new BenchFailedException($"GNU time is missing at {Time}, which measures memory: apt-get install time");
    }

    /// <summary>Runs a command in the repository's root, after earlier output is flushed to the disk. Its stderr is not
    /// redirected.</summary>
    /// <exception cref="BenchFailedException">The command does not start, or its exit code is not 0.</exception>
    internal static ProgramRun Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Folders.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true
        };
        using (Process sync = Process.Start("/bin/sync"))
            sync.WaitForExit();
        long began = Stopwatch.GetTimestamp();
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchFailedException($"'{program}' does not start: {e.Message}");
        }
        using (process)
        {
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return process.ExitCode == 0
                ? new ProgramRun(seconds, 0, output)
                : throw new BenchFailedException($"'{program} {string.Join(' ', arguments)}' ended with code {process.ExitCode}.");
        }
    }

    /// <summary>Runs a command with <c>/usr/bin/time -v</c>, to measure its memory and its processor time.</summary>
    internal static ProgramRun RunWithMemory(string program, params string[] arguments)
    {
        string report = Path.GetTempFileName();
        try
        {
            ProgramRun run = Run(Time, ["-v", "-o", report, program, .. arguments]);
            string[] lines = File.ReadAllLines(report);
            return run with
            {
                PeakBytes = (long)Value(lines, PeakLine) * 1024,
                ProcessorSeconds = Value(lines, UserLine) + Value(lines, SystemLine),
            };
        }
        finally
        {
            File.Delete(report);
        }
    }

    private static double Value(string[] report, string name) =>
        double.Parse(report.Select(l => l.Trim()).First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..],
            CultureInfo.InvariantCulture);
}
