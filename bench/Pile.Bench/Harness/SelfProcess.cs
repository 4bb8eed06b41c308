using System.Diagnostics;

namespace Pile.Bench.Harness;

/// <summary>Starts the bench as a child process.</summary>
internal static class SelfProcess
{
    /// <summary>Starts the process with stdin and stdout redirected.</summary>
    internal static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
    {
        WorkingDirectory = Folders.Root,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
