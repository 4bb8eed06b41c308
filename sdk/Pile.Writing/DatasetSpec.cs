using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Pile.Format;

namespace Pile.Writing;

/// <summary>The properties of a dataset that the writer needs besides its rows.</summary>
internal sealed record DatasetSpec
{
    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset's own version.</summary>
    public string Version { get; init; } = "1";

    /// <summary>True if the dataset is one of several versions, which share the shards that are equal; its shards then do not contain
    /// <see cref="Version"/>, which needs version 1.1 of the format.</summary>
    public bool IsVersioned { get; init; }

    /// <summary>The modality.</summary>
    public required string Modality { get; init; }

    /// <summary>A description of one line.</summary>
    public string? Description { get; init; }

    /// <summary>The folder of shards and index in the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>The source of the data, and the builder of the dataset.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The frame of the positions by which rows are sorted; null to sort them by a hash of their id.</summary>
    public PositionFrame? Frame { get; init; } = PositionFrame.Icrs;

    /// <summary>True if rows have positions.</summary>
    [JsonIgnore]
    public bool HasPositions => Frame is not null;

    /// <summary>False to store the rows in the index alone: no column may be heavy then.</summary>
    public bool HasShards { get; init; } = true;

    /// <summary>False to write no <c>positions.parquet</c>; matches then read the positions from the index.</summary>
    public bool HasPositionsFile { get; init; } = true;

    /// <summary>True to omit the column <c>row</c> of <c>positions.parquet</c>, a fifth of its bytes (format 1.1); null (the default) to
    /// omit it if no column is heavy, because the file is a large part of such a dataset.</summary>
    public bool? HasCompactPositions { get; init; }

    /// <summary>For rows without positions, the number of leading bits of the hash that number the cells; null (the default) chooses it by
    /// size.</summary>
    public int? Bits { get; init; }

    /// <summary>HEALPix order of the cells; null (the default) chooses it by size, so that the largest cell approximately fills one shard.
    /// The Multimodal Universe uses 4.</summary>
    public int? Order { get; init; }

    /// <summary>The grid on the earth whose tiles are the cells; rows then have the column <c>tile</c>. Null (the default) for cells by
    /// position or by the hash of the id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EarthGrid? Grid { get; init; }

    /// <summary>The size of raw rows at which a cell is split into a further shard.</summary>
    public long TargetShardBytes { get; init; } = 256L << 20;

    /// <summary>The codec of heavy columns that do not declare one.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.ShuffleDeflate;

    /// <summary><c>vacuum</c> or <c>air</c>, for all wavelengths of the dataset; null if columns declare it
    /// (<see cref="ColumnSchema.SpectralMedium"/>).</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of <c>mjd</c> and <c>mjd_end</c>.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The reference position of the times.</summary>
    public string? TimeReference { get; init; }

    /// <summary>The Julian year of the positions, if it is the same for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>The margin of the index in arcseconds, up to <see cref="Manifest.MaxMarginArcsec"/>: rows within this distance of a tile
    /// are copied to the tile's margin. Null writes no margin.</summary>
    /// <remarks>LSDB needs a margin for matches across tiles; Pile's own matches do not. It stores the rows near the edges of tiles a
    /// second time.</remarks>
    public double? MarginArcsec { get; init; }

    /// <summary>True to write an index of ids, with which rows are found by id without a pass over all ids. It takes 16 bytes a row if ids
    /// are integers.</summary>
    public bool HasIdIndex { get; init; }

    /// <summary>True to write the space-time coverage of rows with a time and a position on the sky.</summary>
    public bool HasCoverage { get; init; }

    /// <summary>True if declarations about columns in some units may apply to the values of units that make none, because the caller has
    /// compared them.</summary>
    [JsonIgnore]
    public bool DeclarationsAreCompared { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];

    /// <summary>Declarations about stored columns beyond those of their source; each must be a column of the dataset.</summary>
    public ImmutableArray<NativeColumn> Native { get; init; } = [];

    /// <summary>The addresses of source files by their SHA-256, which <c>origins.csv</c> of the dataset lists. They do not decide whether a
    /// build can be resumed.</summary>
    [JsonIgnore]
    public ImmutableDictionary<string, string> Origins { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How rows are made from the source (columns, units, …), which is stored in no file. A build is resumed only if it is the
    /// same.</summary>
    public string SourceSettings { get; init; } = "";
}
