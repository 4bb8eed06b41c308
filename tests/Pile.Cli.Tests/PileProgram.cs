using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>What a run of the program left behind.</summary>
internal sealed partial record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Its <c>--json</c>.</summary>
    internal JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of stderr that tell an error: without progress, and without the columns that were guessed.</summary>
    internal string[] ErrorLines => [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains("Taken for", StringComparison.Ordinal) && !Progress().IsMatch(line))];

    // On a busy machine a build of three rows takes longer than the ten seconds between two lines of progress.
    [GeneratedRegex("^(extract|sort|write|commit): [0-9]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Progress();
}

/// <summary>The real program, as people run it.</summary>
internal static class PileProgram
{
    private const string SignalInterrupt = "INT";

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    // `make test` names the program as people run it; a single project's tests take what was built with them.
    internal static string Path { get; } = Environment.GetEnvironmentVariable("PILE_PROGRAM") ?? System.IO.Path.Combine(TestPaths.Root, "cli", "Pile.Cli", "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "Pile.Cli");

    // The entry point takes the shortest match itself; standard input is that of the process, and so is a limit of its memory.
    private static readonly string[] NeedOwnProcess = ["crossmatch", "-", "/dev/stdin", "--memory"];

    /// <summary>Runs one command line to its end.</summary>
    /// <remarks>In a process that has run others before, where this makes no difference: the start of a process is most of the time of a short run.</remarks>
    internal static ProgramResult Run(params string[] arguments)
    {
        if (arguments.Intersect(NeedOwnProcess).Any())
            return End(Start(Path, arguments));
        string output = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"pile-test-{Guid.NewGuid():N}.out");
        PileResult result = HostProcess.RunAsync(new HostRequest([], output, arguments)).GetAwaiter().GetResult();
        return new ProgramResult(result.ExitCode, result.Output, result.Error);
    }

    /// <summary>Runs one command line with these environment variables besides the usual ones; null takes one away.</summary>
    internal static ProgramResult RunWith(IReadOnlyDictionary<string, string?> variables, params string[] arguments) => End(Start(Path, arguments, variables));

    /// <summary>Runs it in a shell command that calls it as <c>"$0" "$@"</c>.</summary>
    internal static ProgramResult RunInShell(string command, params string[] arguments) => End(Start("/bin/bash", ["-c", command, Path, .. arguments]));

    /// <summary>Runs it in a shell where no file may become larger. The runtime's own memory is such a file unless it is told otherwise.</summary>
    internal static ProgramResult RunWithFileLimit(int kilobytes, params string[] arguments) =>
        End(Start("/bin/bash", ["-c", $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" \"$@\"", Path, .. arguments]));

    /// <summary>Runs it, and presses Ctrl-C as soon as it has loaded the query engine and come so far: on a busy machine a step can take longer than any fixed time.</summary>
    /// <param name="isThere">Whether it has come so far; asked every few milliseconds.</param>
    /// <param name="arguments">The command line.</param>
    internal static ProgramResult RunAndInterrupt(Func<bool> isThere, params string[] arguments) => RunAndSignal(SignalInterrupt, isThere, arguments);

    /// <summary>The same with another signal: <c>HUP</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    internal static ProgramResult RunAndSignal(string signal, Func<bool> isThere, params string[] arguments)
    {
        // Where the tests are a background job of a shell, it has told them, and so the program, to ignore Ctrl-C.
        Process process = Start("/usr/bin/env", [.. signal == "KILL" ? Array.Empty<string>() : [$"--default-signal={signal}"], Path, .. arguments]);
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)) && !(HasEngine(process.Id) && isThere()))
        {
            // It is on its way.
        }
        if (!process.HasExited)
            Process.Start("/bin/kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        return End(process);
    }

    // A process that has loaded it has listened to Ctrl-C long before.
    private static bool HasEngine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/maps").Contains("libduckdb", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    /// <summary>Runs what must fail: nothing on stdout, one to three lines of error on stderr, no stack trace; what it says.</summary>
    internal static string RunToError(int exitCode, params string[] arguments)
    {
        ProgramResult result = Run(arguments);
        string all = $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}";
        Assert.True(result.ExitCode == exitCode, all);
        Assert.Equal("", result.Output);
        Assert.True(result.ErrorLines.Length is >= 1 and <= 3, all);
        Assert.StartsWith("pile: ", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", result.Error, StringComparison.Ordinal);
        return string.Join('\n', result.ErrorLines);
    }

    /// <summary>Runs what must succeed with JSON on stdout.</summary>
    internal static JsonElement RunToJson(params string[] arguments)
    {
        ProgramResult result = Run([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Error}");
        return result.Json;
    }

    private static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string?>? variables = null)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string? value) in variables ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static ProgramResult End(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!Task.WaitAll([output, error], LongestRun))
                process.Kill();
            process.WaitForExit();
            return new ProgramResult(process.ExitCode, output.Result, error.Result);
        }
    }
}
