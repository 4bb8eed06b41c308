using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pile.Format;
using Pile.Writing.Staging;

namespace Pile.Writing.Spill;

/// <summary>One file of a unit's spill.</summary>
internal sealed record PartRecord(string File, int Layout, long Rows, long Bytes);

/// <summary>The record of a unit's spill. Its file is created atomically when the unit is complete; a folder without it is
/// ignored.</summary>
internal sealed record UnitRecord(string UnitId, int Number, IReadOnlyList<SourceFile> Files,
    IReadOnlyList<ImmutableArray<ColumnSchema>> Layouts,
    IReadOnlyList<PartRecord> Parts, long Rows, long HeavyBytes)
{
    private const string FileName = "unit.json";

    /// <summary>The number of skipped rows of the source.</summary>
    public long SkippedRows { get; init; }

    /// <summary>Why a task skipped the unit as a whole; null if it has been read.</summary>
    public string? SkipReason { get; init; }

    /// <summary>Facts about the whole source.</summary>
    public UnitFacts Facts { get; init; } = new();

    /// <summary>The files outside the dataset with values of the unit; null for a unit of an earlier build without
    /// windows.</summary>
    [JsonIgnore]
    public ReferencedFiles? Referenced { get; init; }

    /// <summary>The same if they are files of windows, for a resumed build.</summary>
    public IReadOnlyList<ReferencedFile>? OfWindows { get; init; }

    // Its name changes with its layout, so that a build resumed by another version of the program reads the unit again.
    internal const string HeavyFileName = "rows.pieces";

    /// <summary>The name of the unit in messages: its file, if there is exactly one.</summary>
    internal string Source => SourceOf(UnitId, Files);

    internal static string SourceOf(string unitId, IReadOnlyList<SourceFile> files) => files is [var only] ? only.Uri : unitId;

    internal void Save(string folder)
    {
        string path = Path.Combine(folder, FileName);
        using (FileStream file = File.Create(path + ".part"))
            JsonSerializer.Serialize(file, this, StagingJson.Default.UnitRecord);
        File.Move(path + ".part", path);
    }

    /// <summary>Reads the record of a unit's folder; returns null if the unit is incomplete or its files have other lengths.</summary>
    internal static UnitRecord? Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            UnitRecord? record = JsonSerializer.Deserialize(File.ReadAllBytes(path), StagingJson.Default.UnitRecord);
            return record is not null && record.Parts.All(part => part.File.EndsWith(RowsFile.Extension, StringComparison.Ordinal)
                    && LengthOf(folder, part.File) == part.Bytes)
                && LengthOf(folder, HeavyFileName) == record.HeavyBytes
                ? record with { Referenced = record.OfWindows is { } files ? ReferencedFiles.Of(files) : null } : null;
        }
        catch (JsonException)
        {
            return null; // truncated by a power failure: the unit is read again
        }
    }

    private static long LengthOf(string folder, string name) =>
        new FileInfo(Path.Combine(folder, name)) is { Exists: true } file ? file.Length : 0;
}
