using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Staging;

/// <summary>Checks that a folder which is to be replaced by a dataset contains an earlier dataset and nothing else, because replacing
/// deletes all of it.</summary>
internal static class ReplacedDataset
{
    private const int NamedFiles = 3;

    // Links are not followed: replacing deletes them, and not their targets.
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Rejects a folder with files that are not of a dataset. A folder that does not exist or is empty is accepted.</summary>
    /// <exception cref="OutputExistsException">The folder has no manifest, its list of files cannot be read, a file is not in it, or a
    /// folder in it is write-protected.</exception>
    internal static void Require(string folder)
    {
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            return;
        if (!File.Exists(Path.Combine(folder, DatasetPaths.Manifest)))
            throw new OutputExistsException(folder,
                $"It is not a dataset (it has no '{DatasetPaths.Manifest}'), so it is not replaced; choose another folder");
        HashSet<string> listed = ListOf(folder);
        string[] others = [.. Directory.EnumerateFiles(folder, "*", Everything)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !listed.Contains(file)).Order(StringComparer.Ordinal)];
        if (others.Length > 0)
            throw new OutputExistsException(folder, $"It is not replaced, because {NamesOf(others)} would be deleted, which "
                + (others.Length == 1 ? "is not a file of the dataset there; move it" : "are not files of the dataset there; move them")
                + ", or choose another folder");
        FolderReplacement.RequireDeletable(folder);
    }

    private static HashSet<string> ListOf(string folder)
    {
        try
        {
            using DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });
            using DuckDbConnection connection = database.Connect();
            using DuckDbResult result = connection.Query("SELECT path::VARCHAR FROM read_parquet("
                + $"{DuckDbSql.Literal(Path.Combine(folder, DatasetPaths.Files))}, hive_partitioning = false) WHERE kind <> 'source'");
            HashSet<string> listed = new(StringComparer.Ordinal) { DatasetPaths.Manifest, DatasetPaths.Files };
            while (result.TryNextChunk(out DuckDbChunk? chunk))
                for (int row = 0; row < chunk.RowCount; row++)
                    listed.Add(chunk[0].Text(row) ?? "");
            return listed;
        }
        catch (DuckDbException)
        {
            throw new OutputExistsException(folder, $"It is not replaced, because its list of files ('{DatasetPaths.Files}') cannot be "
                + "read: it may be no dataset, or contain other files. Remove it, or choose another folder");
        }
    }

    private static string NamesOf(string[] files) => string.Join(", ", files.Take(NamedFiles).Select(file => $"'{file}'"))
        + (files.Length > NamedFiles ? " and others" : "");
}
