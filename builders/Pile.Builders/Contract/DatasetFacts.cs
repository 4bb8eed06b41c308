using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Builders;

/// <summary>What a builder knows of all of its rows; a recipe may say it more exactly.</summary>
public sealed record DatasetFacts
{
    /// <summary>The modality of its rows.</summary>
    public required string Modality { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for wavelengths.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of <c>mjd</c> and <c>mjd_end</c>, as FITS names it.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The times' reference position, as FITS names it.</summary>
    public string? TimeReference { get; init; }

    /// <summary>The Julian year of the positions, where it is one for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];
}
