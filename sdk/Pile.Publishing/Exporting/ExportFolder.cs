using System.Text.Json;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>The folder beside the output in which an export is written. Publishing renames it.</summary>
/// <remarks>The root of an export has a file <c>pile-export.json</c> with its origin and the number of its files. Only folders that have it
/// and no other files are replaced.</remarks>
internal sealed class ExportFolder : IDisposable
{
    private const string Record = "pile-export.json", AllFiles = "all_files";

    // Links are not followed: replacing deletes them, and not their targets.
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly bool replace;

    private ExportFolder(string outputPath, bool replace)
    {
        (OutputPath, this.replace) = (outputPath, replace);
        Path = TemporaryPath.Beside(outputPath, ".unfinished");
    }

    /// <summary>The folder of the export.</summary>
    internal string OutputPath { get; }

    /// <summary>The folder to write to.</summary>
    internal string Path { get; }

    /// <summary>Creates the folder.</summary>
    /// <exception cref="OutputExistsException">The output exists, and must not be replaced or is not an export.</exception>
    /// <exception cref="OutputUnwritableException">The folder cannot be created.</exception>
    internal static ExportFolder Create(string output, bool replace)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        string outputPath = FolderReplacement.TargetOf(output);
        if (System.IO.Path.GetDirectoryName(outputPath) is not { } parent)
            throw new ArgumentException($"'{output}' is not a valid folder for an export.", nameof(output));
        ExportFolder folder = new(outputPath, replace);
        FolderReplacement.Recover(outputPath);
        folder.RequireOutputFree();
        try
        {
            Directory.CreateDirectory(parent);
            Directory.CreateDirectory(folder.Path);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(outputPath, $"the folder cannot be created: {e.Message}",
                "Choose another folder, or correct its permissions", e);
        }
    }

    /// <summary>Writes the record of the export, flushes the folders, and renames the folder to the output.</summary>
    internal void Publish(Manifest manifest, string format, ExportSummary summary)
    {
        WriteRecord(manifest, format, summary);
        DiskFlush.Tree(Path);
        RequireOutputFree();
        FolderReplacement.Move(Path, OutputPath);
    }

    /// <summary>Deletes what was not published.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            TemporaryPath.Delete(Path);
    }

    private void RequireOutputFree()
    {
        if (File.Exists(OutputPath))
            throw new OutputExistsException(OutputPath, "It is a file: choose another name for the folder");
        if (!Directory.Exists(OutputPath) || !Directory.EnumerateFileSystemEntries(OutputPath).Any())
            return;
        if (!replace)
            throw new OutputExistsException(OutputPath, "Choose another folder, or set ExportOptions.Replace to replace it");
        // Replacing deletes: any other folder contains files that must not be deleted.
        if (!File.Exists(System.IO.Path.Combine(OutputPath, Record)))
            throw new OutputExistsException(OutputPath,
                $"It is not an export (it has no '{Record}'), so it is not replaced; choose another folder");
        if (FilesOfRecord() is { } files && CountFiles(OutputPath) is var found && found > files)
            throw new OutputExistsException(OutputPath, $"It is not replaced, because {CountText.Of(found - files, "file")} in it would be "
                + "deleted that the export did not write; move them, or choose another folder");
        FolderReplacement.RequireDeletable(OutputPath);
    }

    // Exports of earlier versions do not state the number.
    private int? FilesOfRecord()
    {
        try
        {
            using FileStream file = File.OpenRead(System.IO.Path.Combine(OutputPath, Record));
            using JsonDocument record = JsonDocument.Parse(file);
            return record.RootElement.TryGetProperty(AllFiles, out JsonElement files) ? files.GetInt32() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new OutputExistsException(OutputPath, $"It is not replaced, because its '{Record}' is not valid; choose another folder");
        }
    }

    private static int CountFiles(string folder) => Directory.EnumerateFiles(folder, "*", Everything).Count();

    private void WriteRecord(Manifest manifest, string format, ExportSummary summary)
    {
        string path = System.IO.Path.Combine(Path, Record);
        using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write))
        using (Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", format);
            if (summary.Layout is { } layout)
                json.WriteString("layout", layout);
            json.WriteString("dataset", manifest.Name);
            json.WriteString("version", manifest.Version);
            json.WriteString("files_sha256", manifest.FilesSha256);
            json.WriteNumber("rows", summary.Rows);
            json.WriteNumber("files", summary.Files);
            json.WriteNumber(AllFiles, CountFiles(Path));
            json.WriteString("survey", manifest.Provenance.Survey);
            json.WriteString("release", manifest.Provenance.Release);
            json.WriteString("licence", manifest.Provenance.Licence);
            json.WriteString("citation", manifest.Provenance.Citation);
            json.WriteEndObject();
        }
        DiskFlush.File(path);
    }
}
