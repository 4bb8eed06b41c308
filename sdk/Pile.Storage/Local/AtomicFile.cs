using Pile.Format;

namespace Pile.Storage;

/// <summary>Writes a file beside its place, syncs it, and moves it there.</summary>
internal static class AtomicFile
{
    private const string Ending = ".pile-put";

    /// <summary>True for a file that is being written, or was left by a process that ended meanwhile.</summary>
    internal static bool IsUnfinished(string fileName) => fileName.EndsWith(Ending, StringComparison.Ordinal);

    internal static async Task<bool> WriteAsync(string path, Stream content, bool ifAbsent, CancellationToken cancellationToken)
    {
        if (ifAbsent && File.Exists(path))
            return false;
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string unfinished = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{Ending}");
        try
        {
            FileStream file = new(unfinished, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                Options = FileOptions.Asynchronous
            });
            await using (file.ConfigureAwait(false))
                await content.CopyToAsync(file, 1 << 20, cancellationToken).ConfigureAwait(false);
            DiskFlush.File(unfinished);
            cancellationToken.ThrowIfCancellationRequested();
            // Without overwrite .NET links the new name, which fails where there is one: no moment between looking and writing.
            File.Move(unfinished, path, overwrite: !ifAbsent);
            DiskFlush.Folder(folder);
            return true;
        }
        catch (IOException) when (ifAbsent && File.Exists(path))
        {
            return false;
        }
        finally
        {
            TemporaryPath.Delete(unfinished);
        }
    }
}
