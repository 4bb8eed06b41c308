using Pile.Tables;

namespace Pile.Adopting;

/// <summary>A table whose rows add columns to files.</summary>
internal sealed record FileTableOptions
{
    /// <summary>The table, in any format that <see cref="TableReader"/> reads.</summary>
    internal required string Path { get; init; }

    /// <summary>The column with the paths or stems of the files, as they are in the column <c>path</c> or in <c>object_id</c>.</summary>
    internal required string Key { get; init; }

    /// <summary>The columns of right ascension and declination, their unit and frame.</summary>
    internal PositionOptions Positions { get; init; } = new();

    /// <summary>True if positions in the table are not those of the files: they are then plain columns.</summary>
    internal bool IgnoresPositions { get; init; }
}
