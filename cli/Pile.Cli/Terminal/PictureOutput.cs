using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Writes a picture or a page to a file.</summary>
internal static class PictureOutput
{
    /// <summary>Rejects, before the command runs, a file that exists and must not be replaced, and a folder that does not exist.</summary>
    internal static void RequireFree(string path, bool replace, string option = "--out")
    {
        TableOutput.RequireLocal(path, option);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"{option} {path}: there is no folder '{folder}'. Create it first.");
        if (Directory.Exists(path))
            throw new OutputExistsException(path, $"Choose another file with {option}");
        if (!replace && File.Exists(path))
            throw new OutputExistsException(path, $"Remove it, replace it with --replace, or choose another file with {option}");
    }

    /// <summary>Writes a file completely or not at all.</summary>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static async Task WriteAsync(string path, byte[] content, bool replace, CancellationToken cancellationToken)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, path, replace);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (FileFault.Is(e))
                throw new OutputUnwritableException(path, $"it cannot be written: {FileFault.TextOf(e)}",
                    "Free space or correct permissions", e);
            throw;
        }
    }
}
