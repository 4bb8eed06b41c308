namespace Pile.Builders;

/// <summary>A part of a source that is read on its own: a file, or some rows of one.</summary>
/// <param name="Id">Its name, unique in the source and the same on every machine: relative paths only.</param>
/// <param name="Files">The files it reads, as paths that open.</param>
public sealed record SourceUnit(string Id, IReadOnlyList<string> Files)
{
    /// <summary>The first row of the file that belongs to it, from 0.</summary>
    public long FirstRow { get; init; }

    /// <summary>How many rows of the file belong to it; null for all.</summary>
    public long? RowCount { get; init; }

    /// <summary>True when all its batches have the same columns, as those of a table do: what a recipe says of columns is then tried with
    /// the first.</summary>
    public bool HasFixedColumns { get; init; }

    /// <summary>About how many bytes it reads, for progress; 0 when nobody knows.</summary>
    public long EstimatedBytes { get; init; }
}
