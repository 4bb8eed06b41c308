using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>The result of a run of the program.</summary>
internal sealed partial record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of <c>--json</c>.</summary>
    internal JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The error lines of stderr, without progress and without messages about guessed columns.</summary>
    internal string[] ErrorLines =>
        [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("Used as", StringComparison.Ordinal) && !Progress().IsMatch(line))];

    // On a busy machine a build of three rows may take longer than the ten seconds between two lines of progress.
    [GeneratedRegex("^(extract|sort|write|commit): [0-9]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Progress();
}

/// <summary>Runs the program.</summary>
internal static class PileProgram
{
    private const string SignalInterrupt = "INT";

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    // `make test` sets the path of the native program; the tests of a single project use the program that was built with them.
    private static readonly string? Native = Environment.GetEnvironmentVariable("PILE_PROGRAM");

    internal static string Path { get; } = Native ?? System.IO.Path.Combine(TestPaths.Root,
        "cli", "Pile.Cli", "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "Pile.Cli");

    // Commands that need their own process: standard input, limits of the process, and programs that are loaded into it.
    private static readonly string[] NeedOwnProcess = ["-", "/dev/stdin", "--memory", "--builders"];

    /// <summary>Runs one command line to its end, in this process if it does not need its own.</summary>
    internal static ProgramResult Run(params string[] arguments) =>
        arguments.Intersect(NeedOwnProcess).Any() ? RunProcess(arguments) : CommandInProcess.Run(arguments);

    /// <summary>Runs one command line to its end in a process of its own.</summary>
    internal static ProgramResult RunProcess(params string[] arguments) => End(Start(Path, arguments));

    /// <summary>Runs one command line with additional environment variables; null removes a variable.</summary>
    internal static ProgramResult RunWith(IReadOnlyDictionary<string, string?> variables, params string[] arguments) =>
        End(Start(Path, arguments, variables));

    /// <summary>Runs one command line in a shell command that calls it as <c>"$0" "$@"</c>.</summary>
    internal static ProgramResult RunInShell(string command, params string[] arguments) =>
        End(Start("/bin/bash", ["-c", command, Path, .. arguments]));

    /// <summary>Runs one command line as a user to whom the modes of files apply, which they do not for root.</summary>
    internal static ProgramResult RunUnprivileged(params string[] arguments) => RunInShell(Environment.IsPrivilegedProcess
        ? "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"" : "exec \"$0\" \"$@\"", arguments);

    /// <summary>Runs one command line in a shell with a limit of the file size.</summary>
    /// <remarks>The limit would also apply to a memory file of the runtime, which is therefore disabled.</remarks>
    internal static ProgramResult RunWithFileLimit(int kilobytes, params string[] arguments) =>
        End(Start("/bin/bash", ["-c", $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" \"$@\"",
            Path, .. arguments]));

    /// <summary>Runs one command line, and sends Ctrl-C when it has loaded the query engine and a condition is met.</summary>
    /// <remarks>A fixed time would not work, because a step can take any time on a busy machine.</remarks>
    /// <param name="isReady">The condition, evaluated every few milliseconds.</param>
    /// <param name="arguments">The command line.</param>
    internal static ProgramResult RunAndInterrupt(Func<bool> isReady, params string[] arguments) =>
        RunAndSignal(SignalInterrupt, isReady, arguments);

    /// <summary>Runs one command line, and sends another signal: <c>HUP</c>, <c>TERM</c>, <c>KILL</c>.</summary>
    internal static ProgramResult RunAndSignal(string signal, Func<bool> isReady, params string[] arguments) =>
        Signal(signal, processId => HasEngine(processId) && isReady(), arguments);

    /// <summary>Runs a command line that does not use the query engine, and sends a signal when a condition is met.</summary>
    internal static ProgramResult RunWithoutEngineAndSignal(string signal, Func<bool> isReady, params string[] arguments) =>
        Signal(signal, _ => isReady(), arguments);

    private static ProgramResult Signal(string signal, Func<int, bool> isReady, string[] arguments)
    {
        // If the tests are a background job of a shell, they and the program inherit that Ctrl-C is ignored.
        Process process = Start("/usr/bin/env",
            [.. signal == "KILL" ? Array.Empty<string>() : [$"--default-signal={signal}"], Path, .. arguments]);
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)) && !isReady(process.Id))
        {
            // It is ending.
        }
        if (!process.HasExited)
            Process.Start("/bin/kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        return End(process);
    }

    // The program handles Ctrl-C long before it loads the engine.
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

    /// <summary>Runs a command that must fail with nothing on stdout, one to three lines on stderr and no stack trace; returns the
    /// message.</summary>
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

    /// <summary>Runs a command that must succeed with JSON on stdout.</summary>
    internal static JsonElement RunToJson(params string[] arguments)
    {
        ProgramResult result = Run([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Error}");
        return result.Json;
    }

    private static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string?>? variables = null)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false
        };
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
