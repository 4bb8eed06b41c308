using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>Writes a picture or a page to a file.</summary>
internal static class PictureOutput
{
    /// <summary>Rejects, before the command runs, a remote address, and a file that <see cref="OutputFile"/> rejects.</summary>
    internal static void RequireFree(string path, bool replace, string option = "--out")
    {
        TableOutput.RequireLocal(path, option);
        OutputFile.RequireFree(path, replace, option);
    }

    /// <summary>Writes a file completely or not at all.</summary>
    /// <exception cref="OutputUnwritableException">The file cannot be written.</exception>
    internal static async Task WriteAsync(string path, byte[] content, bool replace, CancellationToken cancellationToken)
    {
        string temporary = TemporaryPath.Beside(path, ".partial");
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            CompleteFile.Move(temporary, path, replace);
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
