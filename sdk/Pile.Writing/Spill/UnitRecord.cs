using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>One Parquet file of a unit's spill.</summary>
internal sealed record PartRecord(string File, int Layout, long Rows, long Bytes);

/// <summary>What a unit's spill holds. Its file appears, whole, when the unit is complete: a unit without one is no unit.</summary>
internal sealed record UnitRecord(string UnitId, int Number, IReadOnlyList<SourceFile> Files,
    IReadOnlyList<ImmutableArray<ColumnSchema>> Layouts,
    IReadOnlyList<PartRecord> Parts, long Rows, long HeavyBytes)
{
    private const string FileName = "unit.json";

    /// <summary>Rows of the source that were skipped.</summary>
    public long SkippedRows { get; init; }

    /// <summary>What the whole source told.</summary>
    public UnitFacts Facts { get; init; } = new();

    internal const string HeavyFileName = "rows.heavy";

    private static readonly JsonSerializerOptions Json = new()
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>What messages call the unit: its file, if it is one.</summary>
    internal string Source => SourceOf(UnitId, Files);

    internal static string SourceOf(string unitId, IReadOnlyList<SourceFile> files) => files is [var only] ? only.Uri : unitId;

    internal void Save(string folder)
    {
        string path = Path.Combine(folder, FileName);
        File.WriteAllBytes(path + ".part", JsonSerializer.SerializeToUtf8Bytes(this, Json));
        File.Move(path + ".part", path);
    }

    /// <summary>Reads the record of a unit's folder; null when the unit is not complete, or its files are not as long as they
    /// were.</summary>
    internal static UnitRecord? Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            UnitRecord? record = JsonSerializer.Deserialize<UnitRecord>(File.ReadAllBytes(path), Json);
            return record is not null && record.Parts.All(part => LengthOf(folder, part.File) == part.Bytes)
                && LengthOf(folder, HeavyFileName) == record.HeavyBytes ? record : null;
        }
        catch (JsonException)
        {
            return null; // cut short by a power failure: the unit is read again
        }
    }

    private static long LengthOf(string folder, string name) =>
        new FileInfo(Path.Combine(folder, name)) is { Exists: true } file ? file.Length : 0;
}
