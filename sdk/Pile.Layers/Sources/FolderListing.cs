using System.Runtime.CompilerServices;
using System.Text;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>The files of a folder tree. Links to files inside the folder are followed; links to folders are not, so that there are no
/// loops.</summary>
/// <param name="root">The folder.</param>
/// <param name="excluded">Absolute paths that are left out, such as the source itself.</param>
/// <param name="workers">The number of files that are read at the same time.</param>
internal sealed class FolderListing(string root, IReadOnlySet<string> excluded, int workers) : ISourceListing
{
    /// <summary>The first words of the fault of a file whose size and time the system denies.</summary>
    internal const string Unexamined = "cannot be examined: ";

    private const int BlockFiles = 1024;

    private readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ScannedFile>> ListAsync(SkippedFiles skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (IReadOnlyList<ScannedFile> block in Blocks(skipped, cancellationToken))
            yield return block;
    }

    /// <inheritdoc/>
    public Task ExamineAsync(IReadOnlyList<ScannedFile> files, FileExamination examination, SkippedFiles skipped,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(files,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                string path = Path.Combine(root, file.Path);
                try
                {
                    using (LocalFile content = new(path))
                        await examination.RunAsync(file, content, token).ConfigureAwait(false);
                    EntryStatus after = EntryStatus.Of(EntryPath.Of(path), followsLinks: true);
                    if (after.ModifiedMicros != file.ModifiedMicros || (after.Bytes != file.SizeBytes && !file.IsLfsPointer))
                        Skip("was changed while it was scanned");
                }
                catch (EndOfStreamException)
                {
                    Skip("was changed while it was scanned");
                }
                catch (AccessDeniedException)
                {
                    Skip("cannot be read: permission is denied");
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    Skip(e is FileNotFoundException or DirectoryNotFoundException ? "was deleted while it was scanned"
                        : $"cannot be read: {e.Message.TrimEnd('.')}");
                }

                void Skip(string reason)
                {
                    (file.Fault, file.Sha256, file.IsSniffed) = (reason, null, false);
                    skipped.Add(file.Path, reason);
                }
            });

    private IEnumerable<IReadOnlyList<ScannedFile>> Blocks(SkippedFiles skipped, CancellationToken cancellationToken)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(root is "/" ? root : root + "/"), path = [.. prefix, .. new byte[4096]];
        using OpenFolder open = new();
        List<ScannedFile> block = new(BlockFiles);
        Stack<(byte[] Folder, FolderEntries Entries, int Next)> folders = new();
        folders.Push(([], FolderEntries.List(root, byStem: false, excluded), 0));
        while (folders.TryPop(out (byte[] Folder, FolderEntries Entries, int Next) level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (byte[] folder, FolderEntries entries, int next) = level;
            byte[] sibling = [.. folder, (byte)'x'];
            for (; next < entries.Count && !entries.IsFolder(next); next++)
            {
                int length = Join(ref path, prefix.Length, folder, entries[next]);
                bool hasSibling = next + 1 < entries.Count && !entries.IsFolder(next + 1);
                if (FileAt(open.Enter(path.AsSpan(0, length + 1), hasSibling ? sibling : [], prefix.Length),
                    path.AsSpan(prefix.Length, length - prefix.Length), skipped) is { } file)
                    block.Add(file);
                if (block.Count >= BlockFiles)
                {
                    yield return block;
                    block = new(BlockFiles);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            if (next == entries.Count)
                continue;
            folders.Push((folder, entries, next + 1));
            byte[] inner = [.. folder, .. entries[next]];
            if (TryList(inner, skipped) is { } listed)
                folders.Push((inner, listed, 0));
        }
        yield return block;
    }

    // Writes the path of a file behind the root, with a NUL at the end, and returns its length without it.
    private static int Join(ref byte[] path, int start, byte[] folder, ReadOnlySpan<byte> name)
    {
        int length = start + folder.Length + name.Length;
        if (length >= path.Length)
            Array.Resize(ref path, 2 * (length + 1));
        folder.CopyTo(path.AsSpan(start));
        name.CopyTo(path.AsSpan(start + folder.Length));
        path[length] = 0;
        return length;
    }

    private FolderEntries? TryList(byte[] folder, SkippedFiles skipped)
    {
        string relative = Encoding.UTF8.GetString(folder), path = Path.Combine(root, relative.TrimEnd('/'));
        try
        {
            EntryKind kind = EntryStatus.Of(EntryPath.Of(path), followsLinks: false).Kind;
            if (kind == EntryKind.Link)
                skipped.Add(relative, "is a symbolic link to a folder, which is not followed");
            else if (kind == EntryKind.Missing && FileName.HasReplacement(folder))
                skipped.Add(relative, FileName.NotUtf8);
            else
                return FolderEntries.List(path, byStem: false, excluded);
        }
        catch (Exception e) when (e is IOException or SourceUnreadableException)
        {
            skipped.AddFolder(relative, $"cannot be listed: {e.InnerException?.Message ?? e.Message}");
        }
        return null;
    }

    private ScannedFile? FileAt(EntryPath entry, ReadOnlySpan<byte> relative, SkippedFiles skipped)
    {
        string path = Encoding.UTF8.GetString(relative);
        try
        {
            EntryStatus status = EntryStatus.Of(entry, followsLinks: false);
            string? reason = status.Kind switch
            {
                EntryKind.File => null,
                EntryKind.Link => FollowLink(entry, ref status),
                EntryKind.Missing => FileName.HasReplacement(relative) ? FileName.NotUtf8 : "was deleted while the folder was listed",
                _ => "is a pipe, a socket or a device",
            };
            if (reason is null)
                return new ScannedFile { Path = path, SizeBytes = status.Bytes, ModifiedMicros = status.ModifiedMicros };
            skipped.Add(path, reason);
        }
        catch (IOException e)
        {
            bool isText = !FileName.HasReplacement(relative);
            skipped.Add(path, isText ? Unexamined + e.Message : FileName.NotUtf8);
            return isText ? new ScannedFile { Path = path, SizeBytes = 0, Fault = Unexamined + e.Message, IsUnexamined = true } : null;
        }
        return null;
    }

    private string? FollowLink(EntryPath entry, ref EntryStatus status)
    {
        status = EntryStatus.Of(entry, followsLinks: true);
        return status.Kind switch
        {
            EntryKind.Missing => "is a symbolic link without a target",
            EntryKind.File => RealPath.IsBelow(entry.ToString(), root) ? null : "is a symbolic link that leads out of the folder",
            _ => "is a symbolic link to something other than a file",
        };
    }
}
