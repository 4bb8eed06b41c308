namespace Pile.Writing.Index;

/// <summary>What a file of positions says of the rows it was made of.</summary>
internal sealed record PositionsFacts
{
    /// <summary>The dataset's name, or what else messages shall call the rows.</summary>
    public required string Dataset { get; init; }

    /// <summary>The dataset's own version.</summary>
    public string DatasetVersion { get; init; } = "";

    /// <summary>The Julian year of the positions, where it is one for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>Whether ids are text; else they are 64-bit integers.</summary>
    public bool HasTextIds { get; init; }
}
