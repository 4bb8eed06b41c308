using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The output folder. Files are written completely or not at all, and overwrite existing ones only if that is allowed.</summary>
internal sealed class OutputFolder(string folder, RowFileOptions options)
{
    private const string Remedy = "Choose another folder, or set RowFileOptions.Replace to replace the file";
    private const string Ending = ".partial";
    private const int LongestShown = 1000;

    /// <summary>Returns the path of the file of a row and column.</summary>
    internal string PathOf(ObjectId id, RowFile file) =>
        Path.Combine(folder, $"{ColumnNames.ToFileName(id.ToString())}.{ColumnNames.ToFileName(file.Schema.Name)}.{file.Ending}");

    /// <summary>False if the folder does not exist or is empty, so that no file can be in use.</summary>
    internal bool MayHaveFiles
    {
        get
        {
            if (!Directory.Exists(folder))
                return Path.Exists(folder);
            try
            {
                return Directory.EnumerateFileSystemEntries(folder).Any();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return true; // it cannot be listed
            }
        }
    }

    /// <exception cref="OutputExistsException">The file or its folder's name is already in use.</exception>
    internal void RequireFree(string path)
    {
        if (File.Exists(folder))
            throw new OutputExistsException(folder, "It is a file: choose another name for the folder");
        if (Directory.Exists(path))
            throw new OutputExistsException(path, "It is a folder: choose another folder for the files, or move it");
        if (!options.Replace && Path.Exists(path))
            throw new OutputExistsException(path, Remedy);
    }

    /// <summary>Creates the folder if it does not exist.</summary>
    internal void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(folder, "the folder cannot be created",
                "Choose another folder, or correct its permissions", e);
        }
    }

    /// <summary>Writes a file of the folder to a temporary file and renames it.</summary>
    internal void WriteFile(string path, Action<string> write) => Write(path, write, options.Replace,
        options.FolderInMessages is { } shown ? Path.Combine(shown, Path.GetRelativePath(folder, path)) : path, options.RemedyOfLongIds);

    /// <summary>Deletes a file of the folder if it exists.</summary>
    internal static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(path, $"it cannot be deleted: {e.Message}", "Correct permissions", e);
        }
    }

    /// <summary>Writes to a temporary file and renames it.</summary>
    /// <exception cref="OutputUnwritableException">The file cannot be written; an earlier one remains.</exception>
    internal static void Write(string path, Action<string> write, bool replace) =>
        Write(path, write, replace, path, "Choose a shorter name");

    private static void Write(string path, Action<string> write, bool replace, string shown, string remedyOfLongIds)
    {
        int nameBytes = FileNameLimit.LengthOf(Path.GetFileName(path));
        if (nameBytes > FileNameLimit.MaxBytes)
            throw TooLong(null);
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, FileNameLimit.Fit(Path.GetFileName(path), Ending.Length) + Ending);
        try
        {
            File.Delete(temporary); // left by a killed process
            write(temporary);
            CompleteFile.Move(temporary, path, replace);
        }
        catch (Exception error)
        {
            Remove(temporary);
            Exception e = error is FitsException { InnerException: { } cause } && FileFault.Is(cause) ? cause : error;
            if (e is PathTooLongException)
                throw TooLong(e);
            if (FileFault.Is(e))
                throw new OutputUnwritableException(shown, $"it cannot be written: {FileFault.TextOf(e)}",
                    "Free space or correct permissions, then write again to a new folder", e);
            throw;
        }

        OutputUnwritableException TooLong(Exception? cause) => new(
            shown.Length <= LongestShown ? shown : $"{shown.AsSpan(0, LongestShown)}…",
            $"the file name, which has the percent-encoded id, is too long for the file system: {nameBytes} bytes, of at most "
                + $"{FileNameLimit.MaxBytes}", remedyOfLongIds, cause);
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that stopped the write is reported; it matters more than a remaining temporary file.
        }
    }
}
