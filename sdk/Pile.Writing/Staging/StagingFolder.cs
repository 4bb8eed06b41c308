using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pile.Format;

namespace Pile.Writing.Staging;

/// <summary>The folder beside the output where a build works: nothing appears at the output before the build is whole.</summary>
/// <remarks>
/// <c>.&lt;name&gt;.pile-build/</c> holds <c>lock</c>, <c>spec</c> (the fingerprint of what is built), <c>spill/</c>, <c>temp/</c> and
/// <c>dataset/</c>. It lies on the output's file system,
/// so that the last step is a rename. An output that is replaced goes to <c>.&lt;name&gt;.pile-old</c> for the moment between two renames.
/// </remarks>
internal sealed class StagingFolder : IDisposable
{
    private static readonly JsonSerializerOptions FingerprintJson = new()
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string asidePath;
    private readonly bool replace;
    private FileStream? lockFile;

    private StagingFolder(string outputPath, bool replace)
    {
        OutputPath = outputPath;
        this.replace = replace;
        string parent = Parent, name = System.IO.Path.GetFileName(outputPath);
        Path = System.IO.Path.Combine(parent, $".{name}.pile-build");
        asidePath = System.IO.Path.Combine(parent, $".{name}.pile-old");
    }

    /// <summary>Where the dataset will be.</summary>
    internal string OutputPath { get; }

    /// <summary>The staging folder.</summary>
    internal string Path { get; }

    /// <summary>What units have left.</summary>
    internal string SpillPath => System.IO.Path.Combine(Path, "spill");

    /// <summary>Where DuckDB puts what does not fit into memory.</summary>
    internal string TempPath => System.IO.Path.Combine(Path, "temp");

    /// <summary>The dataset that is being made.</summary>
    internal string DatasetPath => System.IO.Path.Combine(Path, "dataset");

    private string SpecPath => System.IO.Path.Combine(Path, "spec");

    private string Parent => System.IO.Path.GetDirectoryName(OutputPath)!;

    /// <summary>Takes the staging folder of an output, and keeps or discards what an earlier build left in it.</summary>
    /// <exception cref="OutputExistsException">The output is there, and may not be replaced or is no dataset.</exception>
    /// <exception cref="OutputUnwritableException">Another build is at it, or the folder cannot be written.</exception>
    internal static StagingFolder Take(string output, DatasetSpec spec, WriterSettings settings)
    {
        string outputPath = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(output));
        if (System.IO.Path.GetDirectoryName(outputPath) is null)
            throw new ArgumentException($"'{output}' cannot be a dataset's folder.", nameof(output));
        StagingFolder staging = new(outputPath, settings.Replace);
        try
        {
            staging.RequireOutputFree();
            Directory.CreateDirectory(staging.Path);
            staging.Lock();
            staging.SetAsideIsGone();
            staging.RequireOutputFree();
            staging.Prepare(Fingerprint(spec), settings.Resume);
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

    /// <summary>Moves the finished dataset to the output, and removes everything else.</summary>
    /// <exception cref="OutputExistsException">Somebody has put something at the output meanwhile.</exception>
    internal void Publish()
    {
        RequireOutputFree();
        bool replaces = Directory.Exists(OutputPath);
        if (replaces)
            Directory.Move(OutputPath, asidePath);
        try
        {
            Directory.Move(DatasetPath, OutputPath);
        }
        catch when (replaces)
        {
            Directory.Move(asidePath, OutputPath);
            throw;
        }
        DiskFlush.Folder(Parent);
        try
        {
            if (replaces)
                Directory.Delete(asidePath, recursive: true);
            Directory.Delete(Path, recursive: true);
            DiskFlush.Folder(Parent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The dataset is published, so the build has not failed: what cannot be cleared away now is cleared away by the next one.
        }
    }

    /// <summary>Leaves no folder behind when there is nothing in it that a resumed build could use.</summary>
    internal void DiscardWithoutUnits()
    {
        try
        {
            if (Directory.Exists(SpillPath) && !Directory.EnumerateFiles(SpillPath, "*", SearchOption.AllDirectories).Any())
                Discard();
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            // The build has failed already, and says why; an empty folder does no harm.
        }
    }

    /// <summary>Leaves no folder behind, whatever is in it.</summary>
    internal void Discard()
    {
        try
        {
            DeleteFolder(Path);
        }
        catch (Exception e) when (WriteErrors.IsOfDisk(e))
        {
            // The build has failed already, and says why; what is left is cleared away by the next one.
        }
    }

    /// <summary>Lets go of the folder; what is in it stays for a resumed build.</summary>
    public void Dispose()
    {
        lockFile?.Dispose();
        lockFile = null;
    }

    private void RequireOutputFree()
    {
        if (File.Exists(OutputPath) || (Directory.Exists(OutputPath) && !replace))
            throw new OutputExistsException(OutputPath, "Choose another folder, or ask for it to be replaced");
        // Replacing deletes: a folder that is no dataset holds something that nobody wanted deleted.
        if (Directory.Exists(OutputPath) && !File.Exists(System.IO.Path.Combine(OutputPath, DatasetPaths.Manifest))
            && Directory.EnumerateFileSystemEntries(OutputPath).Any())
            throw new OutputExistsException(OutputPath,
                $"It is no dataset (it has no '{DatasetPaths.Manifest}'), so it is not replaced; choose another folder");
    }

    private void Lock()
    {
        string path = System.IO.Path.Combine(Path, "lock");
        try
        {
            lockFile = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new OutputUnwritableException(OutputPath, $"another build is writing it ('{path}' is locked)",
                "Wait for it to end, or choose another folder", e);
        }
    }

    /// <summary>Ends a replacement that a crash cut short: the old dataset comes back, or goes if the new one is there.</summary>
    private void SetAsideIsGone()
    {
        if (!Directory.Exists(asidePath))
            return;
        if (Directory.Exists(OutputPath))
            Directory.Delete(asidePath, recursive: true);
        else
            Directory.Move(asidePath, OutputPath);
    }

    private void Prepare(string fingerprint, bool resume)
    {
        bool keep = resume && File.Exists(SpecPath) && File.ReadAllText(SpecPath) == fingerprint;
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
        Encoding.UTF8.GetBytes($"{FormatVersion.Current} {JsonSerializer.Serialize(spec, FingerprintJson)}")));
}
