using Pile.Format;
using Pile.Storage;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Checks and reads input files on the command line.</summary>
internal static class InputFile
{
    private const long MaxBytes = 256 << 20;

    /// <summary>Rejects a path that does not exist, or a remote address, before the command runs.</summary>
    /// <exception cref="UsageException">There is no such local file or folder.</exception>
    /// <exception cref="AccessDeniedException">A folder of the path cannot be entered.</exception>
    internal static string Require(string path, string what)
    {
        if (Path.Exists(path) || Path.Exists(TableReader.FileOf(path)))
            return path;
        if (FileStore.IsRemote(path))
            throw OnServer(path, what);
        ExistingPath.RequireVisible(path);
        throw new UsageException($"{what} '{path}' does not exist.");
    }

    /// <summary>Returns the error of a file that must be local.</summary>
    internal static UsageException OnServer(string address, string what) =>
        new($"{what} '{address}' is on a server: fetch it first, and name the local file.");

    /// <summary>Returns the lines of a text file, a pipe, or standard input (-) that are not blank.</summary>
    /// <exception cref="UsageException">The file has more than <see cref="MaxBytes"/> bytes.</exception>
    internal static IEnumerable<string> Lines(string path, string what) => NumberedLines(path, what).Select(line => line.Text);

    /// <summary>Returns the lines that are not blank, with their numbers in the file, from 1.</summary>
    /// <param name="path">The file, a pipe, or - for standard input.</param>
    /// <param name="what">What the file is, for errors.</param>
    /// <param name="isExact">True to keep blanks at the ends of lines.</param>
    /// <inheritdoc cref="Lines"/>
    internal static IEnumerable<(long Number, string Text)> NumberedLines(string path, string what, bool isExact = false)
    {
        using Stream file = path == StandardInputTable.Dash ? StandardInput.Open($"{what} {path}")
            : new FileStream(Require(path, what), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = file.Read(buffer)) > 0; content.Write(buffer, 0, read))
            if (content.Length + read > MaxBytes)
                throw new UsageException($"{what} '{path}' has more than {MaxBytes >> 20} MiB. Use a shorter list, or run the command "
                    + "once for each part of the list.");
        content.Position = 0;
        using StreamReader lines = new(content);
        for (long number = 1; lines.ReadLine() is { } line; number++)
            if (line.AsSpan().Trim() is { Length: > 0 } text)
                yield return (number, isExact ? line : text.ToString());
    }
}
