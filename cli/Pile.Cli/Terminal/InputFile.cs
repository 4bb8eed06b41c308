using Pile.Storage;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Files that the user named on the command line.</summary>
internal static class InputFile
{
    private const long MostBytes = 256 << 20;

    /// <summary>Refuses a path that leads nowhere, before any work is done.</summary>
    /// <exception cref="UsageException">There is neither file nor folder.</exception>
    internal static string Require(string path, string what) =>
        Path.Exists(path) || Path.Exists(TableReader.FileOf(path)) ? path : throw new UsageException($"{what} '{path}' does not exist.");

    /// <summary>The same for a dataset, which may be at a remote address: whether there is one shows when it is opened.</summary>
    internal static string RequireDataset(string path) => FileStore.IsRemote(path) ? path : Require(path, "The dataset");

    /// <summary>The lines of a text file or a pipe that are not blank.</summary>
    /// <exception cref="UsageException">It has more than <see cref="MostBytes"/> bytes.</exception>
    internal static IEnumerable<string> Lines(string path, string what)
    {
        using FileStream file = new(Require(path, what), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = file.Read(buffer)) > 0; content.Write(buffer, 0, read))
            if (content.Length + read > MostBytes)
                throw new UsageException($"{what} '{path}' has more than {MostBytes >> 20} MiB. Give a shorter list, or several lists one "
                    + "after the other.");
        content.Position = 0;
        using StreamReader lines = new(content);
        while (lines.ReadLine() is { } line)
            if (line.AsSpan().Trim() is { Length: > 0 } text)
                yield return text.ToString();
    }
}
