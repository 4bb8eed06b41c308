using System.Diagnostics;
using System.Globalization;

namespace Pile.Bench.Harness;

/// <summary>A whole process, from its start to its end.</summary>
/// <param name="Seconds">Wall time, as who started it sees it.</param>
/// <param name="PeakBytes">The most memory that was resident; 0 where nobody asked.</param>
/// <param name="Output">What it wrote to stdout.</param>
internal sealed record ProgramRun(double Seconds, long PeakBytes, string Output)
{
    private const string Time = "/usr/bin/time";
    private const string PeakLine = "Maximum resident set size (kbytes):";

    /// <summary>Fails where <c>/usr/bin/time</c> is not GNU time.</summary>
    internal static void RequireTime()
    {
        if (!File.Exists(Time))
            throw new BenchFailedException($"{Time} is missing, which measures memory: apt-get install time");
    }

    /// <summary>Runs a command in the repository's root, once what was written before is on the disk: nobody pays for what another left.
    /// Its stderr is let through.</summary>
    /// <exception cref="BenchFailedException">It cannot be started, or ends with another code than 0.</exception>
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

    /// <summary>The same under <c>/usr/bin/time -v</c>, for the memory.</summary>
    internal static ProgramRun RunWithMemory(string program, params string[] arguments)
    {
        string report = Path.GetTempFileName();
        try
        {
            ProgramRun run = Run(Time, ["-v", "-o", report, program, .. arguments]);
            string peak = File.ReadLines(report).First(l => l.Contains(PeakLine, StringComparison.Ordinal)).Replace(PeakLine, "",
                StringComparison.Ordinal);
            return run with { PeakBytes = long.Parse(peak, CultureInfo.InvariantCulture) * 1024 };
        }
        finally
        {
            File.Delete(report);
        }
    }
}
