using System.Diagnostics;

namespace Pile.Bench.Harness;

/// <summary>The bench once more, for what needs a process of its own.</summary>
internal static class SelfProcess
{
    /// <summary>Starts it with both pipes open.</summary>
    internal static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
    {
        WorkingDirectory = Folders.Root,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
