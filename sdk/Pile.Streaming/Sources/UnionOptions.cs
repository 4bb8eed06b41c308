namespace Pile.Streaming;

/// <summary>How a union treats columns that differ between its sources.</summary>
public sealed record UnionOptions
{
    /// <summary>Unites the classes of a column of codes, where some sources lack some of them. By default all sources must name the same
    /// classes.</summary>
    public bool UniteClasses { get; init; }

    /// <summary>Leaves out columns that cannot be united or that a source lacks, instead of an error that lists them.</summary>
    public bool CommonColumnsOnly { get; init; }
}
