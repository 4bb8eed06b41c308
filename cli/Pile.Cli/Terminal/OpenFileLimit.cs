using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>The number of files that the system lets the program open, checked before anything else.</summary>
/// <remarks>
/// The runtime opens a file for each assembly. Where one of them does not open, any statement fails, also the one that prints the message.
/// </remarks>
internal static class OpenFileLimit
{
    private const int Least = 256;
    private const string LimitsFile = "/proc/self/limits", Entry = "Max open files";

    /// <summary>Gives the message if the limit is too low to run.</summary>
    internal static string? Complaint()
    {
        if (!File.Exists(LimitsFile)) // macOS, Windows
            return null;
        string line = File.ReadLines(LimitsFile).First(line => line.StartsWith(Entry, StringComparison.Ordinal));
        // The runtime has raised the soft limit to the hard one already.
        string soft = line[Entry.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit < Least
            ? $"pile: The limit of open files is {limit}; at least {Least} are needed. Raise it: ulimit -n 1024"
            : null;
    }
}
