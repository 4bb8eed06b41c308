using Pile.Writing;

namespace Pile.Builders;

/// <summary>How a build runs.</summary>
public sealed record BuildSettings
{
    /// <summary>Workers, memory, replace, resume and progress.</summary>
    public WriterSettings Writer { get; init; } = new();

    /// <summary>True to skip bad rows, unreadable units and rows that repeat an id, and to list them in <c>skipped.csv</c>; false (the
    /// default) to stop at the first.</summary>
    /// <remarks>Bad rows are those that the builder rejects (<see cref="BuildContext.Reject"/>), and those that it returns and that the
    /// dataset cannot have, such as one without a position. A unit is skipped with all its rows if reading it fails, or if a column as a
    /// whole does not fit the dataset.</remarks>
    public bool SkipsBadRows { get; init; }

    /// <summary>The largest number of rows, in the order of the units; null (the default) for all. Units are then read one after the
    /// other.</summary>
    public long? Limit { get; init; }

    /// <summary>The earlier version of the dataset, to which the rows of new source files are appended; null to build all rows.</summary>
    internal EarlierVersion? Earlier { get; init; }

    /// <summary>Changes the reasons in <c>skipped.csv</c>, which name properties of options, for users who know these by other names; null
    /// to write them as they are.</summary>
    internal Func<string, string>? ReasonText { get; init; }

    /// <summary>Receives messages about the source and the rows, from any thread; null to ignore them.</summary>
    public Action<string>? OnMessage { get; init; }
}
