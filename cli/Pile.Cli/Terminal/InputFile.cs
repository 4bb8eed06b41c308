using Pile.Storage;

namespace Pile.Cli.Terminal;

/// <summary>Files that the user named on the command line.</summary>
internal static class InputFile
{
    /// <summary>Refuses a path that leads nowhere, before any work is done.</summary>
    /// <exception cref="UsageException">There is neither file nor folder.</exception>
    internal static string Require(string path, string what)
    {
        string file = path.LastIndexOf('#') is > 0 and var hash && !File.Exists(path) ? path[..hash] : path;
        return File.Exists(file) || Directory.Exists(file) ? path : throw new UsageException($"{what} '{path}' does not exist.");
    }

    /// <summary>The same for a dataset, which may be at a remote address: whether there is one shows when it is opened.</summary>
    internal static string RequireDataset(string path) => FileStore.IsRemote(path) ? path : Require(path, "The dataset");

    /// <summary>The lines of a text file that are not blank.</summary>
    internal static IEnumerable<string> Lines(string path, string what) =>
        File.ReadLines(Require(path, what)).Select(line => line.Trim()).Where(line => line.Length > 0);
}
