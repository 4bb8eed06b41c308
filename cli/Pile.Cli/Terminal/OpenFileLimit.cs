using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Pile.Cli.Terminal;

/// <summary>Raises the limit of open files, and checks it before anything else runs.</summary>
/// <remarks>
/// The runtime opens a file for each assembly. If a file does not open, any statement may fail, including the one that prints the
/// message. This class therefore uses only the core library: no console, no LINQ, no culture.
/// </remarks>
internal static class OpenFileLimit
{
    private const int Least = 256, StandardError = 2;

    /// <summary>Raises the limit as far as the process may, and writes an error to standard error if it is too low to run.</summary>
    /// <returns>True if the limit is too low.</returns>
    internal static bool IsTooLow()
    {
        if (!OperatingSystem.IsLinux() || ResourceLimit.Get(ResourceLimit.OpenFiles, out ResourceLimit.Limits limits) != 0)
            return false;
        // The .NET runtime raises the soft limit to the hard limit when it starts. Nobody does it for a native program.
        if (limits.Soft < limits.Hard && ResourceLimit.Set(ResourceLimit.OpenFiles, limits with { Soft = limits.Hard }) == 0)
            limits.Soft = limits.Hard;
        if (limits.Soft >= Least)
            return false;
        string message = $"pile: The limit of open files is {limits.Soft}; at least {Least} are needed. Raise it: ulimit -n 1024\n";
        try
        {
            using SafeFileHandle handle = new(StandardError, ownsHandle: false);
            using FileStream error = new(handle, FileAccess.Write, bufferSize: 0);
            error.Write(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error is closed or full; the exit code still reports the error.
        }
        return true;
    }
}
