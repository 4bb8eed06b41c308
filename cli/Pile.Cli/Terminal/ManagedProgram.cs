using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>The same program for the .NET runtime, beside the native one, which cannot load assemblies.</summary>
internal static partial class ManagedProgram
{
    /// <summary>Continues as the managed program, in the same process.</summary>
    /// <returns>The exit code of an error; otherwise it does not return.</returns>
    internal static int Run(string[] arguments)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Pile.Cli");
        Execute(path, [path, .. arguments, null]);
        Console.Error.WriteLine($"pile: Plug-ins need the program '{path}', which cannot be run: {Marshal.GetLastPInvokeErrorMessage()}. "
            + "Build Pile with 'make build'.");
        return ExitCode.DataAtFault;
    }

    // execve with the same environment, of POSIX. The list ends with null.
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
