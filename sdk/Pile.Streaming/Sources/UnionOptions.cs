namespace Pile.Streaming;

/// <summary>How a union treats columns that differ between its sources.</summary>
public sealed record UnionOptions
{
    /// <summary>True to unite the classes of a column of codes even if some sources lack some of them. By default all sources must name the
    /// same classes.</summary>
    public bool UniteClasses { get; init; }

    /// <summary>True to keep columns that some sources lack, with nulls, and arrays whose axes differ in length, as ragged ones; by default
    /// an error lists them.</summary>
    public bool KeepsAllColumns { get; init; }

    /// <summary>True to leave out columns that cannot be united or that a source lacks; by default an error lists them.</summary>
    public bool CommonColumnsOnly { get; init; }
}
