using Pile.Writing;

namespace Pile.Builders;

/// <summary>How a build is run.</summary>
public sealed record BuildSettings
{
    /// <summary>Workers, memory, replace, resume, progress.</summary>
    public WriterSettings Writer { get; init; } = new();

    /// <summary>True to skip units that cannot be read and rows that repeat an id, and to list them; false to stop at the first.</summary>
    public bool SkipBadUnits { get; init; }

    /// <summary>The source that the builder reads: the runner receives its skipped rows, and has it read again where a row asks for that. Null: skipped rows are not listed, and such a row is an error.</summary>
    public RecipeSource? Source { get; init; }

    /// <summary>Rows to take at most, in the order of the units; null for all. Units are then read one after the other.</summary>
    public long? Limit { get; init; }

    /// <summary>The name under which a source file stands in the dataset, given its path; its file name by default.</summary>
    public Func<string, string> NameOf { get; init; } = path => Path.GetFileName(path);
}
