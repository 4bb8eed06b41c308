using Pile.Writing;

namespace Pile.Builders;

/// <summary>How a build is run.</summary>
public sealed record BuildSettings
{
    /// <summary>Workers, memory, replace, resume, progress.</summary>
    public WriterSettings Writer { get; init; } = new();

    /// <summary>True to leave out units that cannot be read, and report them; false to stop at the first.</summary>
    public bool SkipBadUnits { get; init; }

    /// <summary>How many rows of a unit, by its id, were left out so far: kept with the unit, so that a build that resumes this one counts them too.</summary>
    public Func<string, long> SkippedRowsIn { get; init; } = _ => 0;

    /// <summary>Rows to take at most, in the order of the units; null for all. Units are then read one after the other.</summary>
    public long? Limit { get; init; }

    /// <summary>The name under which a source file stands in the dataset, given its path; its file name by default.</summary>
    public Func<string, string> NameOf { get; init; } = path => Path.GetFileName(path);
}
