using System.Collections.Immutable;
using System.IO.Enumeration;
using Pile.Format;
using Pile.Storage;

namespace Pile.Review;

/// <summary>The files in a dataset's folder. Links to targets outside the folder are findings (F006) and are not followed. Folders that
/// cannot be listed are findings (F007).</summary>
internal sealed class DiskFiles
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true
    };
    private readonly Dictionary<string, long> bytesByPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> outside = new(StringComparer.Ordinal), unlisted = new(StringComparer.Ordinal);

    internal static DiskFiles None { get; } = new();

    /// <summary>Returns the files that a store lists; stores have no links.</summary>
    internal static DiskFiles Of(IEnumerable<StoredFile> stored)
    {
        DiskFiles files = new();
        foreach (StoredFile file in stored)
            files.bytesByPath[file.Path] = file.Bytes;
        return files;
    }

    /// <summary>All files, with <c>/</c> between names.</summary>
    internal IReadOnlyCollection<string> Paths => bytesByPath.Keys;

    /// <summary>Returns a file's size; -1 if it does not exist.</summary>
    internal long BytesOf(string path) => bytesByPath.GetValueOrDefault(path, -1);

    /// <summary>Returns whether a path is a link to a target outside the dataset, or below such a link.</summary>
    internal bool IsOutside(string path) => IsIn(outside, path);

    /// <summary>Returns whether a path is a folder that cannot be listed, or below such a folder, so that its existence is
    /// unknown.</summary>
    internal bool IsUnknown(string path) => IsIn(unlisted, path);

    internal static DiskFiles Read(string root, FindingLog log, CancellationToken cancellationToken)
    {
        DiskFiles files = new();
        FileSystemEnumerable<(string Path, long Bytes, bool IsFolder, bool IsLink)> entries = new(root, (ref FileSystemEntry entry) =>
            (Path.GetRelativePath(root, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'), entry.Length, entry.IsDirectory,
                IsLink(ref entry)), Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        };
        files.RequireListing(root, ".", log);
        foreach ((string path, long bytes, bool isFolder, bool isLink) in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!isLink && isFolder)
                files.RequireListing(root, path, log);
            else if (!isLink && (bytes > 0 || File.Exists(Path.Combine(root, path))))
                files.bytesByPath[path] = bytes;
            else if (!isLink)
                files.AddClosed(path, log);
            else
                files.AddLink(root, path, isFolder, log);
        }
        return files;
    }

    /// <summary>Reports a folder that cannot be listed: the enumeration skips such folders silently.</summary>
    /// <returns>False if the folder cannot be listed.</returns>
    internal static bool CheckListing(string root, string folder, FindingLog log)
    {
        try
        {
            foreach (string _ in Directory.EnumerateFileSystemEntries(Path.Combine(root, folder)))
                break;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Error(FindingCodes.FolderUnreadable, folder, $"expected a folder that can be listed: {e.Message}");
            return false;
        }
    }

    private void RequireListing(string root, string folder, FindingLog log)
    {
        if (!CheckListing(root, folder, log))
            unlisted.Add(folder);
    }

    /// <summary>Reports the folder of a file if it can be listed but not entered.</summary>
    private void AddClosed(string path, FindingLog log)
    {
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        if (unlisted.Add(folder))
            log.Error(FindingCodes.FolderUnreadable, folder,
                "expected a folder that can be entered: its files are listed and cannot be opened");
    }

    private static bool IsIn(HashSet<string> folders, string path) =>
        folders.Any(folder => folder == "." || path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal));

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None;

    private void AddLink(string root, string path, bool isFolder, FindingLog log)
    {
        FileInfo file = new(Path.Combine(root, path));
        if (isFolder || !RealPath.IsBelow(file.FullName, Path.GetFullPath(root)))
        {
            log.Error(FindingCodes.PathOutside, path,
                $"expected a {(isFolder ? "folder" : "file")} of the dataset, found a link to '{file.LinkTarget}'");
            outside.Add(path);
        }
        else if (File.Exists(file.FullName))
            bytesByPath[path] = new FileInfo(RealPath.Of(file.FullName)).Length;
    }
}
