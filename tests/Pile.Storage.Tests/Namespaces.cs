using System.Diagnostics;
using System.Globalization;

namespace Pile.Storage.Tests;

/// <summary>Processes with mounts of their own. A script ends with <c>exec cat</c>: it lasts as long as the test does.</summary>
internal static class Namespaces
{
    internal static Process Start(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("unshare")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        foreach (string argument in (string[])["-Urm", "--propagation", "private", "bash", "-c", script, "bash", .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>The process inside: unshare becomes the shell, and that the last command.</summary>
    internal static string Inner(Process process) => process.Id.ToString(CultureInfo.InvariantCulture);
}
