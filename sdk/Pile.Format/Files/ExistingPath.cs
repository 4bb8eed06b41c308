namespace Pile.Format;

/// <summary>Determines whether files and folders exist.</summary>
/// <remarks><c>File.Exists</c> and <c>Directory.Exists</c> return false for a path in a folder that must not be entered. Code that
/// concludes from absence, and for example reads other files instead, uses these methods, which throw in that case.</remarks>
internal static class ExistingPath
{
    /// <summary>Returns whether there is a file.</summary>
    /// <exception cref="AccessDeniedException">It is unknown, because a folder of the path cannot be entered.</exception>
    internal static bool IsFile(string path)
    {
        if (File.Exists(path))
            return true;
        RequireVisible(path);
        return false;
    }

    /// <summary>Returns whether there is a folder.</summary>
    /// <exception cref="AccessDeniedException">It is unknown, because a folder of the path cannot be entered.</exception>
    internal static bool IsFolder(string path)
    {
        if (Directory.Exists(path))
            return true;
        RequireVisible(path);
        return false;
    }

    /// <summary>Rejects a path in a folder that cannot be entered. A path that does not exist is accepted.</summary>
    /// <exception cref="AccessDeniedException">It is unknown whether the path exists.</exception>
    internal static void RequireVisible(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw AccessDeniedException.OfPath(path, e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            // The path does not exist or is not valid.
        }
    }
}
