namespace Pile.Format;

/// <summary>A standard name for a native column, applied when rows are read: renamed, converted, or computed.</summary>
public sealed record AliasSchema
{
    /// <summary>The name of the alias.</summary>
    public required string Name { get; init; }

    /// <summary>The native column; null if <see cref="Expression"/> is set.</summary>
    public string? Native { get; init; }

    /// <summary>The factor that converts the native value to <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>An SQL expression over light columns; null if <see cref="Native"/> is set.</summary>
    public string? Expression { get; init; }

    /// <summary>The unit of the result.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD of the result.</summary>
    public string? Ucd { get; init; }

    /// <summary>A description of one line.</summary>
    public string? Description { get; init; }
}
