using System.Diagnostics;
using System.Globalization;

namespace Pile.Storage.Tests;

/// <summary>Processes with their own mount namespace. A script ends with <c>exec cat</c>, so that it runs as long as the test.</summary>
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

    /// <summary>Returns the id of the process inside: unshare becomes the shell, and the shell becomes its last command.</summary>
    internal static string InnerId(Process process) => process.Id.ToString(CultureInfo.InvariantCulture);
}
