using System.Security.Cryptography;
using Pile.Format;
using Pile.Writing.Commit;

namespace Pile.Writing.Index.Rebuilding;

/// <summary>The folder beside a dataset where its index is rebuilt, <c>.&lt;name&gt;.pile-index/</c>. It is on the same file system, so
/// that the last steps are renames.</summary>
internal sealed class RebuildFolder : IDisposable
{
    private const string OldFolder = "old", Ending = ".pile-index";
    private readonly string datasetPath;
    private readonly FileStream lockFile;

    private RebuildFolder(string datasetPath, string path,
        FileStream lockFile) => (this.datasetPath, Path, this.lockFile) = (datasetPath, path, lockFile);

    internal string Path { get; }

    /// <summary>Creates the folder and removes what an earlier rebuild left in it.</summary>
    /// <exception cref="OutputUnwritableException">Another rebuild is running, or the folder cannot be written.</exception>
    internal static RebuildFolder Take(string datasetPath)
    {
        string parent = System.IO.Path.GetDirectoryName(datasetPath)
            ?? throw new ArgumentException($"'{datasetPath}' is not a valid folder for a dataset.", nameof(datasetPath));
        string path = System.IO.Path.Combine(parent,
            $".{FileNameLimit.Fit(System.IO.Path.GetFileName(datasetPath), ".".Length + Ending.Length)}{Ending}");
        try
        {
            Directory.CreateDirectory(path);
            FileStream held = new(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (string left in Directory.EnumerateDirectories(path))
                Directory.Delete(left, recursive: true);
            return new RebuildFolder(datasetPath, path, held);
        }
        catch (IOException e) when (FileFault.IsLocked(e))
        {
            throw new OutputUnwritableException(datasetPath, $"another process rebuilds its index in '{path}'", "Wait for it to end", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OutputUnwritableException(datasetPath, $"its index cannot be rebuilt in '{path}': {FileFault.TextOf(e)}",
                $"Grant write access to the folder '{parent}', where the new index is written first", e);
        }
        catch (IOException e)
        {
            throw new OutputUnwritableException(datasetPath, $"its index cannot be rebuilt in '{path}': {FileFault.TextOf(e)}",
                $"Free space in '{parent}', or correct this error there", e);
        }
    }

    /// <summary>Returns whether the dataset has a file with exactly these bytes.</summary>
    internal bool IsSame(LedgerEntry made)
    {
        FileInfo file = new(System.IO.Path.Combine(datasetPath, made.Path));
        if (!file.Exists || file.Length != made.Bytes)
            return false;
        using FileStream bytes = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == made.Sha256;
    }

    /// <summary>Replaces files and folders of the dataset by the new ones.</summary>
    /// <param name="places">Folders and files, relative to the dataset.</param>
    internal void Publish(IReadOnlyList<string> places)
    {
        DiskFlush.Tree(Path);
        string old = System.IO.Path.Combine(Path, OldFolder);
        Directory.CreateDirectory(old);
        for (int i = 0; i < places.Count; i++)
        {
            string made = System.IO.Path.Combine(Path, places[i]), target = System.IO.Path.Combine(datasetPath, places[i]);
            if (File.Exists(made))
            {
                File.Move(made, target, overwrite: true);
                continue;
            }
            if (Directory.Exists(target))
                Directory.Move(target, System.IO.Path.Combine(old, $"{i}"));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            Directory.Move(made, target);
        }
        foreach (string parent in places.Select(place => System.IO.Path.GetDirectoryName(System.IO.Path.Combine(datasetPath, place))!)
            .Distinct(StringComparer.Ordinal))
            DiskFlush.Folder(parent);
    }

    public void Dispose()
    {
        lockFile.Dispose();
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next rebuild removes what cannot be removed now.
        }
    }
}
