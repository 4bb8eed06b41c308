using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>A build written down: what to read, what it is called, whose it is. No code.</summary>
public sealed record Recipe
{
    /// <summary>The version of recipes that this program reads.</summary>
    public const int Version = 1;

    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset's own version.</summary>
    public string DatasetVersion { get; init; } = "1";

    /// <summary>The modality, where the recipe says it; it must be the builder's.</summary>
    public string? Modality { get; init; }

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The project, for example SDSS.</summary>
    public required string Project { get; init; }

    /// <summary>The survey.</summary>
    public required string Survey { get; init; }

    /// <summary>The instrument.</summary>
    public required string Instrument { get; init; }

    /// <summary>The release.</summary>
    public required string Release { get; init; }

    /// <summary>The licence, as an SPDX name where there is one.</summary>
    public required string Licence { get; init; }

    /// <summary>What to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>What to read, and by which builder.</summary>
    public required RecipeSource Source { get; init; }

    /// <summary>Standard names for native columns, beyond what the builder gives.</summary>
    public ImmutableArray<AliasSchema> Columns { get; init; } = [];

    /// <summary>Where in the document each of <see cref="Columns"/> says what it is: the value of <c>native</c> or <c>expr</c>.</summary>
    internal ImmutableDictionary<string, YamlNode> ColumnPlaces { get; init; } = ImmutableDictionary<string, YamlNode>.Empty;

    /// <summary>What is declared of stored columns beyond what their source says.</summary>
    internal ImmutableArray<NativeColumn> Native { get; init; } = [];

    /// <summary>The folder of shards and index within the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>HEALPix order of the cells; null (the default) chooses it by bytes.</summary>
    public int? Order { get; init; }

    /// <summary>Bytes of raw rows at which a cell is split into a further shard.</summary>
    public long TargetShardBytes { get; init; } = 256L << 20;

    /// <summary>How heavy columns are stored.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.ShuffleDeflate;

    /// <summary><c>vacuum</c> or <c>air</c>, where the builder cannot know.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of the times, where the builder cannot know.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The Julian year of the positions, where it is one for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>How near to a tile of the index the rows of its margin lie, in arcseconds; null for no margin.</summary>
    public double? MarginArcsec { get; init; }

    /// <summary>True to write an index of ids.</summary>
    public bool HasIdIndex { get; init; }

    /// <summary>Says where in the recipe a wrong alias stands.</summary>
    /// <param name="fault">What a build found.</param>
    /// <returns>The same with the recipe's line and column; null where the alias is the builder's own.</returns>
    internal DocumentInvalidException? Locate(AliasInvalidException fault) =>
        ColumnPlaces.TryGetValue(fault.Alias, out YamlNode? place) ? place.Invalid($"column '{fault.Alias}': {fault.Finding}") : null;
}
