using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pile.Bench.Harness;

/// <summary>A running script of a peer, which reads the name of a pass, runs it and reports its time. It uses no processor time while it
/// waits.</summary>
internal sealed class Peer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process process;
    private readonly string command;

    private Peer(Process process, string command) => (this.process, this.command) = (process, command);

    /// <summary>Returns the command line of a script, for the repository's root.</summary>
    internal static string CommandOf(string script, params string[] arguments) =>
        $"{ProgramOf(script)} bench/peers/{script} {string.Join(' ', arguments)}".TrimEnd();

    /// <summary>Returns the versions of the packages that a script needs.</summary>
    /// <exception cref="BenchFailedException">Python or a package is missing.</exception>
    internal static IReadOnlyDictionary<string, string> VersionsOf(string script)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(
                ProgramRun.Run(ProgramOf(script), $"bench/peers/{script}", "versions").Output)!;
        }
        catch (BenchFailedException e)
        {
            throw new BenchFailedException(
                $"a peer is missing: {e.Message} 'make bench' installs the peers.");
        }
    }

    /// <summary>Creates input with a script's <c>gen</c>, if it does not exist.</summary>
    /// <remarks>Deletes the folder first, including the input that other scripts have created in it.</remarks>
    internal static void Generate(string script, string benchmark)
    {
        if (IsGenerated(script, benchmark))
            return;
        string done = DoneFile(script, benchmark);
        if (Directory.Exists(Path.GetDirectoryName(done)))
            Directory.Delete(Path.GetDirectoryName(done)!, recursive: true); // and everything derived from the old input
        Progress.Say($"  making input: {CommandOf(script, "gen", Folders.Work(benchmark))}");
        ProgramRun.Run(ProgramOf(script), $"bench/peers/{script}", "gen", Folders.Work(benchmark));
        File.WriteAllText(done, VersionOfInput(script));
    }

    /// <summary>Returns whether the input of a script exists, as its present version creates it.</summary>
    internal static bool IsGenerated(string script, string benchmark) =>
        File.Exists(DoneFile(script, benchmark)) && File.ReadAllText(DoneFile(script, benchmark)) == VersionOfInput(script);

    /// <summary>Starts a script's <c>serve</c>.</summary>
    internal static Peer Start(string script, params string[] arguments)
    {
        string line = CommandOf(script, ["serve", .. arguments]);
        ProcessStartInfo start = new(ProgramOf(script), [$"bench/peers/{script}", "serve", .. arguments])
        {
            WorkingDirectory = Folders.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new Peer(Process.Start(start)!, line);
    }

    /// <summary>Runs one pass.</summary>
    /// <exception cref="BenchFailedException">The script failed.</exception>
    internal Pass Run(string pass)
    {
        process.StandardInput.WriteLine(pass);
        process.StandardInput.Flush();
        string answer = process.StandardOutput.ReadLine()
            ?? throw new BenchFailedException($"the peer '{command}' ended in pass '{pass}'.");
        using JsonDocument document = JsonDocument.Parse(answer);
        return new Pass(document.RootElement.GetProperty("seconds").GetDouble(), document.RootElement.GetProperty("checksum").GetString()!);
    }

    private static string DoneFile(string script, string benchmark) => Folders.Work(benchmark, $"{script}.done");

    private static string VersionOfInput(string script) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folders.Root, "bench/peers", script))))
            + $" {InputScale.Factor}";

    private static string ProgramOf(string script) => script.EndsWith(".mjs", StringComparison.Ordinal) ? "node" : Python;

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
