using System.Text.Json.Serialization;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Rows of a unit with one layout.</summary>
internal sealed record PartRecord(SpillRange Place, int Layout, long Rows);

/// <summary>The record of a unit's spill.</summary>
internal sealed record UnitRecord(string UnitId, IReadOnlyList<SourceFile> Files)
{
    /// <summary>The columns of the rows; parts refer to them.</summary>
    [JsonIgnore]
    public IReadOnlyList<RowLayout> Layouts { get; init; } = [];

    /// <summary>Their numbers in the journal.</summary>
    public IReadOnlyList<int> LayoutNumbers { get; init; } = [];

    /// <summary>The rows.</summary>
    public IReadOnlyList<PartRecord> Parts { get; init; } = [];

    /// <summary>The number of rows.</summary>
    public long Rows { get; init; }

    /// <summary>The values that are excluded from sorting.</summary>
    public SpillRange Pieces { get; init; } = SpillRange.None;

    /// <summary>The lines about skipped rows.</summary>
    public SpillRange Skipped { get; init; } = SpillRange.None;

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

    /// <summary>The name of the unit in messages: its file, if there is exactly one.</summary>
    internal string Source => SourceOf(UnitId, Files);

    /// <summary>All ranges of the unit.</summary>
    internal IEnumerable<SpillRange> Ranges => Parts.Select(part => part.Place).Append(Pieces).Append(Skipped).Where(r => r.Bytes > 0);

    // Rows of an earlier version, whose units begin with a blank, are numbered by shard, not by file.
    internal static string SourceOf(string unitId, IReadOnlyList<SourceFile> files) => !unitId.StartsWith(' ') && files is [var only]
        ? only.Uri : unitId;
}
