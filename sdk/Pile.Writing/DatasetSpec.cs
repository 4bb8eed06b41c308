using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing;

/// <summary>What the writer must know of a dataset beside its rows.</summary>
internal sealed record DatasetSpec
{
    /// <summary>The dataset's name.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset's own version.</summary>
    public string Version { get; init; } = "1";

    /// <summary>The modality.</summary>
    public required string Modality { get; init; }

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The folder of shards and index within the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>Where the data come from, and what builds the dataset.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>HEALPix order of the cells; null (the default) chooses it by bytes, so that the largest cell about fills one shard. The
    /// Multimodal Universe uses 4.</summary>
    public int? Order { get; init; }

    /// <summary>Bytes of raw rows at which a cell is split into a further shard.</summary>
    public long TargetShardBytes { get; init; } = 256L << 20;

    /// <summary>How heavy columns are stored that do not say so themselves.</summary>
    public PieceCodec Codec { get; init; } = PieceCodec.ShuffleDeflate;

    /// <summary><c>vacuum</c> or <c>air</c>, for all wavelengths of the dataset; null where columns declare it
    /// (<see cref="ColumnSchema.SpectralMedium"/>).</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The time scale of <c>mjd</c> and <c>mjd_end</c>.</summary>
    public string? TimeScale { get; init; }

    /// <summary>The times' reference position.</summary>
    public string? TimeReference { get; init; }

    /// <summary>The Julian year of the positions, where it is one for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>How near to a tile of the index the rows of its margin lie, in arcseconds, up to <see cref="Manifest.MostMarginArcsec"/>;
    /// null writes no margin.
    /// LSDB needs one for matches across tiles; Pile's own need none. It costs the rows near the edges of tiles once more.</summary>
    public double? MarginArcsec { get; init; }

    /// <summary>True to write an index of ids, with which rows are found by id without a pass over all ids. It takes 16 bytes a row if ids
    /// are integers.</summary>
    public bool HasIdIndex { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];

    /// <summary>What is declared of stored columns beyond what their source says; each must be a column of the dataset.</summary>
    public ImmutableArray<NativeColumn> Native { get; init; } = [];

    /// <summary>How rows are made of the source (which columns, which units …); stands in no file. A build is resumed only with the
    /// same.</summary>
    public string SourceSettings { get; init; } = "";
}
