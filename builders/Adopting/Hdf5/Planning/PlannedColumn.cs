using Pile.Format;

namespace Pile.Adopting;

/// <summary>A column of the adopted files, and what becomes of it.</summary>
/// <param name="SourceName">Its name in the files.</param>
/// <param name="Input">The column as it is read: named as in the files, with the dtype and shape of all files together.</param>
/// <param name="Output">The column of the dataset; null if it is read only for the id or the position.</param>
internal sealed record PlannedColumn(string SourceName, ColumnSchema Input, ColumnSchema? Output)
{
    /// <summary>The name for messages.</summary>
    internal string Name => Output?.Name ?? SourceName;

    /// <summary>True if its values remain in the files.</summary>
    internal bool IsReference => Input.Storage is ColumnStorage.Reference;

    /// <summary>The frame of its positions that the files declare.</summary>
    internal string? Frame { get; init; }

    /// <summary>True if the modality requires it.</summary>
    internal bool IsRequired { get; init; }
}
