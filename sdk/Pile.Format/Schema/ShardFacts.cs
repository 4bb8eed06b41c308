using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>The facts of a dataset that the attributes of every shard's file state (S4.8), for the writer and for the validator.</summary>
internal sealed record ShardFacts
{
    /// <summary>The version of the format.</summary>
    internal required FormatVersion Format { get; init; }

    /// <summary>The name of the dataset.</summary>
    internal required string Name { get; init; }

    /// <summary>The dataset's own version; null if the shard does not state it.</summary>
    internal required string? Version { get; init; }

    /// <summary>The modality.</summary>
    internal required string Modality { get; init; }

    /// <summary>The folder of shards and index.</summary>
    internal required string Subset { get; init; }

    /// <summary>The origin of the rows.</summary>
    internal required Provenance Provenance { get; init; }

    /// <summary>The frame of the positions; null without positions.</summary>
    internal required string? Frame { get; init; }

    /// <summary>The medium of the wavelengths; null if they have no common one.</summary>
    internal required string? SpectralMedium { get; init; }

    /// <summary>The time scale of the standard columns of times; null if not declared.</summary>
    internal required string? TimeScale { get; init; }

    /// <summary>The reference position of these times; null if not declared.</summary>
    internal required string? TimeReference { get; init; }

    /// <summary>The aliases as JSON; null without aliases.</summary>
    internal required string? Aliases { get; init; }

    /// <summary>All attributes except <c>cell</c>, in the order in which they are written.</summary>
    internal ImmutableArray<ShardAttribute> Attributes =>
    [
        new("pile", Format.ToString()), new("name", Name), new("version", Version), new("modality", Modality), new("subset", Subset),
        new("project", Provenance.Project), new("survey", Provenance.Survey), new("instrument", Provenance.Instrument),
        new("release", Provenance.Release), new("licence", Provenance.Licence), new("citation", Provenance.Citation),
        new("builder", Provenance.Builder), new("builder_version", Provenance.BuilderVersion), new("frame", Frame),
        new("spectral_medium", SpectralMedium), new("time_scale", TimeScale), new("time_reference", TimeReference),
        new("aliases", Aliases),
    ];
}
