using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Pile.Soak.Running;

/// <summary>A process that runs many command lines, for campaigns in which starting the program would take most of the time.</summary>
internal sealed class HostProcess : IDisposable
{
    private const int MaxRuns = 2000; // a new process after this number of runs, so that leaked memory cannot accumulate

    private const long MostKeptBytes = 800L << 20; // a process that used more would begin its next run with some of that

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10), MostProcessorTime = TimeSpan.FromMinutes(1);

    // On a busy machine a run takes long, but its process still gets processor time: one that uses none waits for something.
    private static readonly TimeSpan LongestHang = TimeSpan.FromMinutes(1), LeastProcessorTime = TimeSpan.FromSeconds(0.5);

    private static readonly System.Collections.Concurrent.ConcurrentBag<HostProcess> Idle = [];

    private readonly Process process;
    private int runs;

    private HostProcess()
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "Pile.Soak"),
            [HostLoop.Argument])
        { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        process = Process.Start(start)!;
    }

    /// <summary>Runs a command line in an idle process, or in a new one.</summary>
    /// <param name="workFolder">Receives temporary files, the cache, and standard output.</param>
    /// <param name="arguments">The verb and its options.</param>
    internal static Task<PileResult> RunAsync(string workFolder, params string[] arguments) =>
        RunAsync(RequestOf(workFolder, arguments));

    /// <summary>Runs a command line in a process that has run nothing before.</summary>
    /// <param name="workFolder">Receives temporary files, the cache, and standard output.</param>
    /// <param name="arguments">The verb and its options.</param>
    internal static async Task<PileResult> RunInNewProcessAsync(string workFolder, params string[] arguments)
    {
        using HostProcess host = new();
        return (await host.RunOneAsync(RequestOf(workFolder, arguments))).Result;
    }

    private static HostRequest RequestOf(string workFolder, string[] arguments)
    {
        string temporary = Directory.CreateDirectory(Path.Combine(workFolder, "tmp")).FullName;
        Dictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            ["TMPDIR"] = temporary,
            ["PILE_CACHE"] = Path.Combine(workFolder, "cache")
        };
        return new HostRequest(variables, Path.Combine(workFolder, "stdout"), arguments);
    }

    /// <summary>Runs a command line with the variables of this process and of the request.</summary>
    internal static async Task<PileResult> RunAsync(HostRequest request)
    {
        if (!Idle.TryTake(out HostProcess? host))
            host = new HostProcess();
        PileResult? result = null;
        try
        {
            (result, bool isAlive) = await host.RunOneAsync(request);
            if (isAlive && ++host.runs < MaxRuns && result.Cost.PeakBytes < MostKeptBytes)
            {
                Idle.Add(host);
                host = null;
            }
            return result;
        }
        finally
        {
            host?.Dispose();
        }
    }

    /// <summary>Ends the processes that are idle.</summary>
    internal static void EndAll()
    {
        while (Idle.TryTake(out HostProcess? host))
            host.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private async Task<(PileResult Result, bool IsAlive)> RunOneAsync(HostRequest request)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        await process.StandardInput.FlushAsync();
        StringBuilder messages = new(); // of the runtime, if it ends the process
        using CancellationTokenSource timeLimit = new(LongestRun);
        try
        {
            TimeSpan processorBefore = ProcessorTime();
            while (await NextLineAsync(processorBefore, timeLimit.Token) is { } line)
                if (line.StartsWith(HostLoop.ReplyMark, StringComparison.Ordinal))
                {
                    HostReply reply = JsonSerializer.Deserialize<HostReply>(line.AsSpan(HostLoop.ReplyMark.Length))!;
                    return (new PileResult(reply.ExitCode, await TextOfAsync(request.OutputFile), reply.Error, IsTimedOut: false)
                    {
                        Cost = reply.Cost
                    }, true);
                }
                else
                {
                    messages.AppendLine(line);
                }
            await process.WaitForExitAsync(timeLimit.Token);
            return (new PileResult(process.ExitCode, await TextOfAsync(request.OutputFile), $"{messages}The process ended.\n",
                IsTimedOut: false), false);
        }
        catch (OperationCanceledException)
        {
            return (new PileResult(-1, "", messages.ToString(), IsTimedOut: true), false);
        }
    }

    /// <exception cref="OperationCanceledException">The run hangs or takes too much time.</exception>
    private async Task<string?> NextLineAsync(TimeSpan processorBefore, CancellationToken timeLimit)
    {
        Task<string?> line = process.StandardError.ReadLineAsync(timeLimit).AsTask();
        while (!line.IsCompleted)
        {
            TimeSpan processor = ProcessorTime();
            if (await Task.WhenAny(line, Task.Delay(LongestHang, timeLimit)) == line || process.HasExited)
                break;
            TimeSpan now = ProcessorTime();
            if (now - processor < LeastProcessorTime || now - processorBefore > MostProcessorTime)
                throw new OperationCanceledException("The run hangs or takes too much processor time.");
        }
        return await line;
    }

    private TimeSpan ProcessorTime()
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException) // the process has ended, and its last lines are still to be read
        {
            return TimeSpan.Zero;
        }
    }

    private static async Task<string> TextOfAsync(string file)
    {
        string text = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        File.Delete(file);
        return text;
    }
}

/// <summary>A command line to run.</summary>
/// <param name="Variables">The environment variables to set for this run and those after it.</param>
/// <param name="OutputFile">Receives standard output.</param>
/// <param name="Arguments">The verb and its options.</param>
internal sealed record HostRequest(Dictionary<string, string> Variables, string OutputFile, string[] Arguments);

/// <summary>The result of a command line.</summary>
internal sealed record HostReply(int ExitCode, string Error, RunCost Cost);
