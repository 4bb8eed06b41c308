namespace Pile.Format;

/// <summary>Puts a complete folder in the place of another one.</summary>
internal static class FolderReplacement
{
    /// <summary>Renames a folder to its target. A folder that is there is deleted afterwards; it remains if the renaming fails.</summary>
    /// <param name="folder">The complete folder, in the same file system.</param>
    /// <param name="target">The target.</param>
    internal static void Move(string folder, string target)
    {
        string? earlier = Directory.Exists(target) ? TemporaryPath.Beside(target, ".replaced") : null;
        if (earlier is not null)
            Directory.Move(target, earlier);
        try
        {
            Directory.Move(folder, target);
        }
        catch when (earlier is not null)
        {
            Directory.Move(earlier, target);
            throw;
        }
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(target))!);
        if (earlier is not null)
            TemporaryPath.Delete(earlier);
    }
}
