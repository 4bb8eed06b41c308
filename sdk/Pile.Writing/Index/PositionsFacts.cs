using Pile.Format;

namespace Pile.Writing.Index;

/// <summary>The metadata of a positions file.</summary>
internal sealed record PositionsFacts
{
    /// <summary>The name of the dataset, or another name of the rows for messages.</summary>
    public required string Dataset { get; init; }

    /// <summary>The dataset's own version.</summary>
    public string DatasetVersion { get; init; } = "";

    /// <summary>The frame of the positions.</summary>
    public PositionFrame Frame { get; init; } = PositionFrame.Icrs;

    /// <summary>The Julian year of the positions, if it is the same for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>True if ids are text; false if they are 64-bit integers.</summary>
    public bool HasTextIds { get; init; }

    /// <summary>True to omit the column <c>row</c>.</summary>
    public bool IsCompact { get; init; }
}
