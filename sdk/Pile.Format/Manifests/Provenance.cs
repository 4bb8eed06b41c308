namespace Pile.Format;

/// <summary>The origin, licence and builder of the data; all properties are required.</summary>
public sealed record Provenance
{
    /// <summary>The project, for example SDSS.</summary>
    public required string Project { get; init; }

    /// <summary>The survey, for example BOSS.</summary>
    public required string Survey { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The release, for example DR17.</summary>
    public required string Release { get; init; }

    /// <summary>The licence, as an SPDX identifier if it has one.</summary>
    public required string Licence { get; init; }

    /// <summary>What to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>The builder's name, for example <c>sdss-spectrum</c>.</summary>
    public required string Builder { get; init; }

    /// <summary>The builder's version.</summary>
    public required string BuilderVersion { get; init; }
}
