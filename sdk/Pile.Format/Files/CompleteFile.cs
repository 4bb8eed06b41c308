namespace Pile.Format;

/// <summary>Gives a complete temporary file the name of the output.</summary>
internal static class CompleteFile
{
    /// <summary>Returns the file that an output names: a symbolic link to a file stays, and its target is replaced.</summary>
    internal static string TargetOf(string path) => File.Exists(path)
        && File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true) is { } target ? target.FullName : path;

    /// <summary>Moves a file within its folder. Of two processes that write the same output, only one succeeds unless it may be replaced.
    /// </summary>
    /// <param name="temporary">The complete file.</param>
    /// <param name="path">The output.</param>
    /// <param name="replace">True to replace an existing file.</param>
    /// <exception cref="OutputExistsException">The output has been created meanwhile, and must not be replaced.</exception>
    internal static void Move(string temporary, string path, bool replace)
    {
        if (replace)
            path = TargetOf(path);
        try
        {
            // File.Move without overwrite looks for the name before it renames; a link is created only if the name is free.
            if (replace || !HardLink.TryCreate(temporary, path))
                File.Move(temporary, path, replace);
            else
                File.Delete(temporary);
        }
        catch (IOException) when (!replace && File.Exists(path))
        {
            throw new OutputExistsException(path,
                "Another process has created it since this one began: write to another name, or remove it and run the command again");
        }
    }
}
