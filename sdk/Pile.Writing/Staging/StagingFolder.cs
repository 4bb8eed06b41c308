using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Staging;

/// <summary>The folder beside the output in which a build works. Nothing appears at the output before the build is complete.</summary>
/// <remarks>
/// <c>.&lt;name&gt;.pile-build/</c> contains <c>lock</c>, <c>spec</c> (the fingerprint of the build), <c>spill/</c>, <c>temp/</c> and
/// <c>dataset/</c>; for tasks <c>lock-I</c> and <c>temp-I</c>. It is on the output's file system, so that the last step is a rename.
/// </remarks>
internal sealed class StagingFolder : IDisposable
{
    private const string LockFile = "lock";
    private const string Ending = ".pile-build";

    private readonly bool replace;
    private readonly (int Index, int Count)? task;
    private FileStream? lockFile;
    private FileStream? taskLock;

    private StagingFolder(string outputPath, bool replace, (int Index, int Count)? task)
    {
        OutputPath = outputPath;
        this.replace = replace;
        this.task = task;
        Path = Of(outputPath);
    }

    /// <summary>The folder of the dataset.</summary>
    internal string OutputPath { get; }

    /// <summary>The staging folder.</summary>
    internal string Path { get; }

    /// <summary>The folder of the units' spills.</summary>
    internal string SpillPath => System.IO.Path.Combine(Path, "spill");

    /// <summary>The folder to which DuckDB spills; each task has its own.</summary>
    internal string TempPath => TempPathOf(OutputPath, task);

    /// <summary>The dataset in progress.</summary>
    internal string DatasetPath => System.IO.Path.Combine(Path, "dataset");

    /// <summary>Returns the staging folder of an output, which exists while a build runs, and after one that can be resumed.</summary>
    internal static string Of(string output)
    {
        string path = FolderReplacement.TargetOf(output);
        return System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path) ?? path,
            $".{FileNameLimit.Fit(System.IO.Path.GetFileName(path), ".".Length + Ending.Length)}{Ending}");
    }

    /// <summary>Returns whether there is a staging folder that no running build uses.</summary>
    internal static bool IsLeft(string output)
    {
        if (!Directory.Exists(Of(output)))
            return false;
        try
        {
            using FileStream held = new(System.IO.Path.Combine(Of(output), LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Returns the folder to which DuckDB spills in the build of an output.</summary>
    internal static string TempPathOf(string output, (int Index, int Count)? task) =>
        System.IO.Path.Combine(Of(output), task is { } share ? $"temp-{share.Index}" : "temp");

    private string SpecPath => System.IO.Path.Combine(Path, "spec");

    private string Parent => System.IO.Path.GetDirectoryName(OutputPath)!;

    /// <summary>Locks the staging folder of an output, and keeps or discards what an earlier build left in it.</summary>
    /// <exception cref="OutputExistsException">The output exists, and must not be replaced, is not a dataset or contains other files.
    /// </exception>
    /// <exception cref="OutputUnwritableException">Another build is running, the folder cannot be written, or its name is too long.
    /// </exception>
    internal static StagingFolder Take(string output, DatasetSpec spec, WriterSettings settings)
    {
        string outputPath = FolderReplacement.TargetOf(output);
        if (System.IO.Path.GetDirectoryName(outputPath) is null)
            throw new ArgumentException($"'{output}' is not a valid folder for a dataset.", nameof(output));
        FileNameLimit.Require(outputPath);
        StagingFolder staging = new(outputPath, settings.Replace, settings.Task);
        try
        {
            staging.RequireOutputFree();
            Directory.CreateDirectory(staging.Path);
            staging.Lock();
            if (staging.task is null)
            {
                FolderReplacement.Recover(outputPath);
                staging.RequireOutputFree();
                staging.Prepare(Fingerprint(spec), settings);
            }
            else
                staging.Join(Fingerprint(spec));
            return staging;
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            staging.Dispose();
            throw WriteErrors.At(staging.Path, e);
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    /// <summary>Moves the complete dataset to the output, and removes everything else.</summary>
    /// <exception cref="OutputExistsException">The output has been created meanwhile.</exception>
    internal void Publish()
    {
        RequireOutputFree();
        FolderReplacement.Move(DatasetPath, OutputPath);
        try
        {
            // The kernel frees the cached pages of a large file on the thread that deletes it.
            Directory.GetFiles(SpillPath).AsParallel().ForAll(File.Delete);
            Directory.Delete(Path, recursive: true);
            DiskFlush.Folder(Parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AggregateException)
        {
            // The dataset is published, so the build has not failed: the next build removes what cannot be removed now.
        }
    }

    /// <summary>Deletes the folder if a resumed build could not use anything in it.</summary>
    internal void DiscardWithoutUnits()
    {
        try
        {
            if (task is not null)
                DeleteFolder(TempPath); // other tasks use the rest
            else if (Directory.Exists(SpillPath) && !Directory.EnumerateFiles(SpillPath, $"*{UnitJournal.Extension}").Any())
                Discard();
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            // The build has failed already and reports why; an empty folder is harmless.
        }
    }

    /// <summary>Deletes the folder.</summary>
    internal void Discard()
    {
        try
        {
            DeleteFolder(Path);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            // The build has failed already and reports why; the next build removes what is left.
        }
    }

    /// <summary>Unlocks the folder; its contents remain for a resumed build.</summary>
    public void Dispose()
    {
        taskLock?.Dispose();
        lockFile?.Dispose();
        (taskLock, lockFile) = (null, null);
    }

    private void RequireOutputFree()
    {
        if (File.Exists(OutputPath))
            throw new OutputExistsException(OutputPath, "It is a file, which is never replaced. Choose another folder, or delete it");
        if (Directory.Exists(OutputPath) && !replace)
            throw new OutputExistsException(OutputPath, "Choose another folder, or have it replaced");
        if (replace)
            ReplacedDataset.Require(OutputPath);
    }

    private void Lock()
    {
        // Tasks share the lock of the build; each has its own, because a second process of the same task would delete its units.
        lockFile = Open(LockFile, isShared: task is not null, "another build is writing it",
            "Wait for it to end, or choose another folder");
        if (task is { } share)
            taskLock = Open($"lock-{share.Index}", isShared: false,
                $"another process runs task {share.Index} of {share.Count} already", "Wait for it to end");
    }

    private FileStream Open(string name, bool isShared, string finding, string remedy)
    {
        string path = System.IO.Path.Combine(Path, name);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, isShared ? FileAccess.Read : FileAccess.ReadWrite,
                isShared ? FileShare.Read : FileShare.None);
        }
        catch (IOException e)
        {
            throw new OutputUnwritableException(OutputPath, $"{finding} ('{path}' is locked)", remedy, e);
        }
    }

    /// <summary>Joins the other tasks of the same build. Nothing of theirs is deleted.</summary>
    private void Join(string fingerprint)
    {
        Directory.CreateDirectory(SpillPath);
        DeleteFolder(TempPath);
        Directory.CreateDirectory(TempPath);
        if (!File.Exists(SpecPath))
        {
            string own = $"{SpecPath}-{Guid.NewGuid():N}";
            File.WriteAllText(own, fingerprint);
            File.Move(own, SpecPath, overwrite: true); // the tasks that begin at the same time write the same text
        }
        if (File.ReadAllText(SpecPath) != fingerprint)
            throw OfOtherBuild();
    }

    private OutputUnwritableException OfOtherBuild() =>
        new(OutputPath, $"'{Path}' contains units of another build, or of a recipe, a list of files or a policy for bad rows "
            + "that has changed since",
            "Use the same as the tasks, or delete this folder and start all tasks again, or choose another output");

    private void Prepare(string fingerprint, WriterSettings settings)
    {
        bool isSame = File.Exists(SpecPath) && File.ReadAllText(SpecPath) == fingerprint;
        if (settings.CompletesTasks && !isSame && File.Exists(SpecPath))
            throw OfOtherBuild();
        bool keep = isSame && (settings.Resume || settings.CompletesTasks);
        if (!keep)
            DeleteFolder(SpillPath);
        DeleteFolder(DatasetPath);
        DeleteFolder(TempPath);
        Directory.CreateDirectory(SpillPath);
        Directory.CreateDirectory(TempPath);
        File.WriteAllText(SpecPath, fingerprint);
    }

    internal static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private static string Fingerprint(DatasetSpec spec) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{FormatVersion.Current} {JsonSerializer.Serialize(spec, StagingJson.Default.DatasetSpec)}")));
}
