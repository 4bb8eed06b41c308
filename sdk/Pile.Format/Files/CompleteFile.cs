namespace Pile.Format;

/// <summary>Gives a complete temporary file the name of the output.</summary>
internal static class CompleteFile
{
    /// <summary>Moves a file within its folder. Of two processes that write the same output, only one succeeds unless it may be replaced.
    /// </summary>
    /// <param name="temporary">The complete file.</param>
    /// <param name="path">The output.</param>
    /// <param name="replace">True to replace an existing file.</param>
    /// <exception cref="OutputExistsException">The output has been created meanwhile, and must not be replaced.</exception>
    internal static void Move(string temporary, string path, bool replace)
    {
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
