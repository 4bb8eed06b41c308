using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Pile.TestKit;

namespace Pile.Soak.Running;

/// <summary>The result of one run of the program.</summary>
/// <param name="ExitCode">The exit code; 128 + the signal if a signal ended the process.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="IsTimedOut">True if the run was ended because it took too long.</param>
internal sealed record PileResult(int ExitCode, string Output, string Error, bool IsTimedOut)
{
    /// <summary>The processor time and memory, if the run was in a <see cref="HostProcess"/> that still answers.</summary>
    internal RunCost Cost { get; init; } = RunCost.Zero;

    /// <summary>The reason why this result is a defect for any input; null if the result is documented.</summary>
    internal string? Defect =>
        IsTimedOut ? "no end within the time limit"
        : ExitCode is not (0 or 1 or 2 or 3) ? $"exit code {ExitCode}"
        : Error.Contains("\n   at ", StringComparison.Ordinal) || Error.Contains("Unhandled exception", StringComparison.Ordinal)
            ? "a stack trace"
        : Error.Contains("Internal error", StringComparison.Ordinal) ? "an internal error"
        : ExitCode is not (0 or 3) && Error.Trim().Length == 0 && Output.Length == 0 ? $"exit code {ExitCode} without a message"
        : null;
}

/// <summary>Runs the built program as a separate process.</summary>
internal static class PileProcess
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    /// <summary>The program's path.</summary>
    internal static string Program { get; set; } = Environment.GetEnvironmentVariable("PILE_PROGRAM")
        ?? Path.Combine(TestPaths.Root, "out", "pile");

    /// <summary>Runs a command line to its end.</summary>
    /// <param name="workFolder">Receives temporary files and the cache, so that leftovers can be counted.</param>
    /// <param name="arguments">The verb and its options.</param>
    internal static Task<PileResult> RunAsync(string workFolder, params string[] arguments) =>
        RunAsync(workFolder, killAfter: null, arguments);

    /// <summary>Runs a command line, and kills the process (SIGKILL) after a time if it is still running.</summary>
    internal static async Task<PileResult> RunAsync(string workFolder, TimeSpan? killAfter, params string[] arguments)
    {
        ProcessStartInfo start = new(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(workFolder, "tmp")).FullName;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // the runtime's own sockets are left behind by a kill
        start.Environment["PILE_CACHE"] = Path.Combine(workFolder, "cache");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource timeLimit = new(killAfter ?? LongestRun);
        bool isKilled = false;
        try
        {
            await process.WaitForExitAsync(timeLimit.Token);
        }
        catch (OperationCanceledException)
        {
            isKilled = true;
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
        return new PileResult(process.ExitCode, await output, await error, isKilled && killAfter is null);
    }

    /// <summary>Identifies the files of a folder: a hash of all relative paths and contents; an empty text if there is no such folder or
    /// file.</summary>
    internal static string HashOf(string path)
    {
        if (File.Exists(path))
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        if (!Directory.Exists(path))
            return "";
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(path, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
