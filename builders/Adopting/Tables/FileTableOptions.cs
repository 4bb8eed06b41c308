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

    /// <summary>True if files have the positions of the table, false if they have none; null (the default) if the table
    /// decides.</summary>
    internal bool? HasPositions { get; init; }
}
