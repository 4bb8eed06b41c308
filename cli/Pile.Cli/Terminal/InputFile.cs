using Pile.Storage;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Files that the user named on the command line.</summary>
internal static class InputFile
{
    /// <summary>Refuses a path that leads nowhere, before any work is done.</summary>
    /// <exception cref="UsageException">There is neither file nor folder.</exception>
    internal static string Require(string path, string what) =>
        Path.Exists(path) || Path.Exists(TableReader.FileOf(path)) ? path : throw new UsageException($"{what} '{path}' does not exist.");

    /// <summary>The same for a dataset, which may be at a remote address: whether there is one shows when it is opened.</summary>
    internal static string RequireDataset(string path) => FileStore.IsRemote(path) ? path : Require(path, "The dataset");

    /// <summary>The lines of a text file that are not blank.</summary>
    internal static IEnumerable<string> Lines(string path, string what) =>
        File.ReadLines(Require(path, what)).Select(line => line.Trim()).Where(line => line.Length > 0);
}
