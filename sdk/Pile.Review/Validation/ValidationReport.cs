using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>What a validation found.</summary>
public sealed record ValidationReport
{
    /// <summary>True when there is nothing but warnings.</summary>
    public required bool IsValid { get; init; }

    /// <summary>Rows of the dataset as its manifest has them; 0 when there is no manifest to read.</summary>
    public required long Rows { get; init; }

    /// <summary>The findings by path, row, column and code: the same for the same dataset, whatever the workers.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>How often each code was found, also beyond those that <see cref="Findings"/> keeps.</summary>
    public required ImmutableSortedDictionary<string, long> Counts { get; init; }
}
