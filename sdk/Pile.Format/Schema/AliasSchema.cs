namespace Pile.Format;

/// <summary>A standard name for a native column, applied when rows are read: renamed, converted, or computed.</summary>
public sealed record AliasSchema
{
    /// <summary>The name that it gives.</summary>
    public required string Name { get; init; }

    /// <summary>The native column that it renames; null when <see cref="Expression"/> is given.</summary>
    public string? Native { get; init; }

    /// <summary>What the native value is multiplied by, to be in <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>An SQL expression over light columns; null when <see cref="Native"/> is given.</summary>
    public string? Expression { get; init; }

    /// <summary>The unit of the result.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD of the result.</summary>
    public string? Ucd { get; init; }

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }
}
