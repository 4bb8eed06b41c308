using Pile.Format;

namespace Pile.Builders;

/// <summary>A part of a source that is read on its own: a file, or some rows of one.</summary>
/// <param name="Id">The name of the unit: unique in the source and the same on every machine, so relative paths only.</param>
/// <param name="Files">The paths of the files that the unit reads.</param>
public sealed record SourceUnit(string Id, IReadOnlyList<string> Files)
{
    /// <summary>The first row of the file that belongs to the unit, from 0.</summary>
    public long FirstRow { get; init; }

    /// <summary>The number of rows of the file that belong to the unit; null for all.</summary>
    public long? RowCount { get; init; }

    /// <summary>True if all batches of the unit have the same columns, as in a table.</summary>
    /// <remarks>The columns that a recipe declares are then checked against the first batch.</remarks>
    public bool HasFixedColumns { get; init; }

    /// <summary>The approximate number of bytes to read, for progress reports; 0 if unknown.</summary>
    public long EstimatedBytes { get; init; }

    /// <summary>What the unit reads that is not a file of this computer: the manifests of datasets.</summary>
    internal IReadOnlyList<SourceFile> Datasets { get; init; } = [];

    /// <summary>Removes the path of the unit's file from the begin of a message.</summary>
    internal string WithoutPath(string message) =>
        Files is [string file] && message.StartsWith($"{file}: ", StringComparison.Ordinal) ? message[(file.Length + 2)..] : message;
}
