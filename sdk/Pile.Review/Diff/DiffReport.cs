using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Review;

/// <summary>The differences between two datasets.</summary>
internal sealed record DiffReport
{
    /// <summary>Name, version, description, modality, frame and epoch.</summary>
    public required ImmutableArray<PropertyDifference> Identity { get; init; }

    /// <summary>Columns and aliases that were added, removed or changed.</summary>
    public required ImmutableArray<SchemaDifference> Schema { get; init; }

    /// <summary>Origin, licence, citation and builder.</summary>
    public required ImmutableArray<PropertyDifference> Provenance { get; init; }

    /// <summary>Rows that were added, removed or changed.</summary>
    public required RowSummary Rows { get; init; }

    /// <summary>The statistics of columns that both datasets have.</summary>
    public required ImmutableArray<StatisticDifference> Statistics { get; init; }

    /// <summary>How the same data is stored. These are not differences of the data.</summary>
    public required ImmutableArray<PropertyDifference> Layout { get; init; }

    /// <summary>What was not compared, and why.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>True if nothing but the layout differs.</summary>
    public bool AreEqual => Identity.IsEmpty && Schema.IsEmpty && Provenance.IsEmpty && Rows.AreEqual && Statistics.IsEmpty;
}

/// <summary>A property with two values; null if a side does not state it.</summary>
internal sealed record PropertyDifference(string Property, string? A, string? B);

/// <summary>A difference of a column or an alias.</summary>
/// <param name="Kind"><c>column</c> or <c>alias</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Property">The property that changed; null if the column or alias was added or removed.</param>
/// <param name="A">The value in A, or the type of a removed column.</param>
/// <param name="B">The value in B, or the type of an added column.</param>
internal sealed record SchemaDifference(string Kind, string Name, string Change, string? Property, string? A, string? B);

/// <summary>A number or an exact text of <c>statistics.parquet</c> that differs.</summary>
internal sealed record StatisticDifference(string Column, string Statistic, StatisticValue A, StatisticValue B);

/// <summary>One value of a column's statistics: a number, or a text if the number is not exact. Both are null if it is missing.</summary>
internal readonly record struct StatisticValue(double? Number, string? Text);

/// <summary>The kinds of a difference of rows.</summary>
internal enum RowChange
{
    /// <summary>Only B has a row with this id.</summary>
    Added,

    /// <summary>Only A has a row with this id.</summary>
    Removed,

    /// <summary>Both have it, and a value differs.</summary>
    Changed,
}

/// <summary>A row that differs.</summary>
internal sealed record RowExample(ObjectId Id, RowChange Change, ImmutableArray<string> Columns);

/// <summary>The counts of rows, with a few examples.</summary>
internal sealed record RowSummary(long Added, long Removed, long Changed, long Unchanged)
{
    /// <summary>The number of examples of each kind.</summary>
    internal const int MaxExamples = 10;

    /// <summary>The columns in which rows differ, each with the number of these rows.</summary>
    public ImmutableArray<KeyValuePair<string, long>> ChangedByColumn { get; init; } = [];

    /// <summary>The first rows of each kind.</summary>
    public ImmutableArray<RowExample> Examples { get; init; } = [];

    /// <summary>True if both datasets have the same rows.</summary>
    public bool AreEqual => Added == 0 && Removed == 0 && Changed == 0;
}
