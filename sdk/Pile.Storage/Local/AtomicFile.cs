using Pile.Format;

namespace Pile.Storage;

/// <summary>Writes a temporary file in the destination folder, syncs it, and renames it.</summary>
internal static class AtomicFile
{
    private const string Ending = ".pile-put";
    private const int SmallBytes = 1 << 20;
    private const int AddedBytes = 64; // more than two dots, a GUID and the ending

    /// <summary>Returns true for a temporary file, in use or left by a process that ended.</summary>
    internal static bool IsUnfinished(string fileName) => fileName.EndsWith(Ending, StringComparison.Ordinal);

    internal static async Task<bool> WriteAsync(string path, Stream content, bool ifAbsent, CancellationToken cancellationToken)
    {
        if (ifAbsent && File.Exists(path))
            return false;
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string unfinished = Path.Combine(folder, $".{FileNameLimit.Fit(Path.GetFileName(path), AddedBytes)}.{Guid.NewGuid():N}{Ending}");
        try
        {
            bool isSmall = IsLocal(content) && content.Length - content.Position <= SmallBytes;
            FileStream file = new(unfinished, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                Options = isSmall ? FileOptions.None : FileOptions.Asynchronous
            });
            await using (file.ConfigureAwait(false))
                if (isSmall) // on this thread, like LocalFolder.ReadAllAsync
                    content.CopyTo(file);
                else
                    await content.CopyToAsync(file, SmallBytes, cancellationToken).ConfigureAwait(false);
            DiskFlush.File(unfinished);
            cancellationToken.ThrowIfCancellationRequested();
            // File.Move without overwrite looks for the name first and then renames: of two writers at once, the later one would replace
            // the file of the earlier one, and both would succeed. A hard link is created only if the name is free.
            if (!ifAbsent)
                File.Move(unfinished, path, overwrite: true);
            else if (!HardLink.TryCreate(unfinished, path))
                File.Move(unfinished, path, overwrite: false); // this file system has no hard links
            DiskFlush.Folder(folder);
            return true;
        }
        catch (IOException) when (ifAbsent && File.Exists(path))
        {
            return false;
        }
        catch (IOException e) when (e.Message.Contains(unfinished, StringComparison.Ordinal))
        {
            throw new IOException(e.Message.Replace(unfinished, path, StringComparison.Ordinal), e.HResult);
        }
        catch (UnauthorizedAccessException e) when (e.Message.Contains(unfinished, StringComparison.Ordinal))
        {
            throw new UnauthorizedAccessException(e.Message.Replace(unfinished, path, StringComparison.Ordinal), e);
        }
        finally
        {
            TemporaryPath.Delete(unfinished);
        }
    }

    // Other streams, also derived ones, may wait for what they read.
    private static bool IsLocal(Stream content) => content.GetType() == typeof(MemoryStream) || content.GetType() == typeof(FileStream);
}
