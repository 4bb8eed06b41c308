using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>The description of a build: the source to read, the name of the dataset and its provenance.</summary>
public sealed record Recipe
{
    /// <summary>The version of recipes that this program reads.</summary>
    public const int Version = 1;

    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset's own version; null if the recipe does not name one, which means version 1. The shards of a dataset with a
    /// version can be shared with its next version.</summary>
    public string? DatasetVersion { get; init; }

    /// <summary>The modality, if the recipe declares it; it must be the builder's.</summary>
    public string? Modality { get; init; }

    /// <summary>A description in one line.</summary>
    public string? Description { get; init; }

    /// <summary>The origin and licence of the data. The build sets the builder's name and version, which are empty here.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The source to read, and the builder that reads it.</summary>
    public required RecipeSource Source { get; init; }

    /// <summary>Standard names for native columns, in addition to those of the builder.</summary>
    public ImmutableArray<AliasSchema> Columns { get; init; } = [];

    /// <summary>The node of the document that defines each of <see cref="Columns"/>: the value of <c>native</c> or <c>expr</c>.</summary>
    internal ImmutableDictionary<string, YamlNode> ColumnPlaces { get; init; } = ImmutableDictionary<string, YamlNode>.Empty;

    /// <summary>Declarations of stored columns that add to those of their source.</summary>
    internal ImmutableArray<NativeColumn> Native { get; init; } = [];

    /// <summary>The folder of shards and index within the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>HEALPix order of the cells; null (the default) to choose it by the size of the rows.</summary>
    public int? Order { get; init; }

    /// <summary>False to store the rows in the index alone; no column may be heavy then.</summary>
    public bool HasShards { get; init; } = true;

    /// <summary>False to write no file of positions.</summary>
    public bool HasPositionsFile { get; init; } = true;

    /// <summary>True to write positions without the column <c>row</c>; null (the default) to omit it if no column is heavy.</summary>
    public bool? HasCompactPositions { get; init; }

    /// <summary>For rows without positions, the number of bits of the hash that number the cells; null (the default) to choose it by
    /// size.</summary>
    public int? Bits { get; init; }

    /// <summary>Bytes of raw rows at which a cell is split into a further shard.</summary>
    public long TargetShardBytes { get; init; } = 256L << 20;

    /// <summary>The compression of heavy columns; null (the default) for that of the builder.</summary>
    public PieceCodec? Codec { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, if the source does not declare it.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of the times, if the source does not declare it.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The epoch of the positions as a Julian year, if all rows share one.</summary>
    public double? EpochYear { get; init; }

    /// <summary>The width of the margin around each index tile, in arcseconds; null for no margin.</summary>
    public double? MarginArcsec { get; init; }

    /// <summary>True to write an index of ids.</summary>
    public bool HasIdIndex { get; init; }

    /// <summary>Adds the line and column in the recipe to the error of an invalid alias.</summary>
    /// <param name="fault">The error that a build reported.</param>
    /// <returns>The error with line and column; null if the alias is not from the recipe but from the builder.</returns>
    internal DocumentInvalidException? Locate(AliasInvalidException fault) =>
        ColumnPlaces.TryGetValue(fault.Alias, out YamlNode? place) ? place.Invalid($"column '{fault.Alias}': {fault.Finding}") : null;
}
