using Pile.Format;

namespace Pile.Publishing;

/// <summary>The folder that files are written to: whole or not at all, and never over another one.</summary>
internal sealed class OutputFolder(string folder)
{
    private const string Remedy = "Choose another folder, or remove it first";

    /// <summary>Where the file of a row and column lies.</summary>
    internal string PathOf(ObjectId id, RowFile file) =>
        Path.Combine(folder, $"{ColumnNames.ToFileName(id.ToString())}.{ColumnNames.ToFileName(file.Schema.Name)}.{file.Ending}");

    /// <exception cref="OutputExistsException">Something is there.</exception>
    internal void RequireFree(string path)
    {
        if (File.Exists(folder))
            throw new OutputExistsException(folder, "It is a file: choose another name for the folder");
        if (Path.Exists(path))
            throw new OutputExistsException(path, Remedy);
    }

    /// <summary>Makes the folder, unless it is there.</summary>
    internal void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(folder, "the folder cannot be made",
                "Choose another folder, or correct its permissions", e);
        }
    }

    /// <summary>Writes a file aside and renames it.</summary>
    internal static void Write(string path, Action<string> write)
    {
        string aside = path + ".partial";
        try
        {
            File.Delete(aside); // left by a run that was killed
            write(aside);
            File.Move(aside, path, overwrite: false);
        }
        catch (Exception e)
        {
            Remove(aside);
            if (e is IOException or UnauthorizedAccessException)
                throw new OutputUnwritableException(path, $"it cannot be written: {e.Message}",
                    "Make room or correct permissions, and write again to a new folder", e);
            throw;
        }
    }

    private static void Remove(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is reported, and matters more than what it left.
        }
    }
}
