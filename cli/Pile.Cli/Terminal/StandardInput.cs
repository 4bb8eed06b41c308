namespace Pile.Cli.Terminal;

/// <summary>Standard input, if the caller has not closed it.</summary>
internal static class StandardInput
{
    private const string Descriptors = "/proc/self/fdinfo", Flags = "flags:";
    private const int CloseOnExec = 0x80000; // O_CLOEXEC of <fcntl.h>: 02000000 in octal, as proc(5) shows it

    /// <summary>Opens standard input.</summary>
    /// <param name="use">How the user names it, for messages.</param>
    /// <exception cref="UsageException">The caller has closed it.</exception>
    internal static Stream Open(string use) => !IsClosed() ? Console.OpenStandardInput()
        : throw new UsageException($"{use}: standard input is closed. Pipe a file into the command, or name the file.");

    // If it is closed, a pipe of the runtime has its descriptor and never ends. Descriptors that a process inherits are not closed on
    // exec; those that the runtime opens are.
    private static bool IsClosed()
    {
        if (!Directory.Exists(Descriptors)) // not Linux
            return false;
        string own = Path.Combine(Descriptors, "0");
        return !File.Exists(own) || File.ReadLines(own).Any(line => line.StartsWith(Flags, StringComparison.Ordinal)
            && (Convert.ToInt64(line[Flags.Length..].Trim(), 8) & CloseOnExec) != 0);
    }
}
