using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>The dataset's manifest, <c>pile.yaml</c>. Its size does not depend on the number of rows.</summary>
public sealed record Manifest
{
    /// <summary>The version of the format.</summary>
    internal FormatVersion FormatVersion { get; init; } = FormatVersion.Current;

    /// <summary>The dataset's name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The dataset's own version, any text.</summary>
    public string Version { get; init; } = "1";

    /// <summary>The modality: <c>image</c>, <c>spectrum</c>, <c>catalogue</c> …</summary>
    public required string Modality { get; init; }

    /// <summary>A description of one line.</summary>
    public string? Description { get; init; }

    /// <summary>The folder of the shards and the index within the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>The origin, licence and builder of the data.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The number of rows of the dataset.</summary>
    public required long Rows { get; init; }

    /// <summary>The number of shards of the dataset.</summary>
    public required int Shards { get; init; }

    /// <summary>True if the index alone stores the rows, and there are no shards.</summary>
    internal bool IsIndexOnly { get; init; }

    /// <summary>True if <c>positions.parquet</c> lacks the column <c>row</c>, which numbers its rows.</summary>
    internal bool HasCompactPositions { get; init; }

    /// <summary>The total size in bytes of the files that <c>files.parquet</c> lists.</summary>
    public required long Bytes { get; init; }

    /// <summary>The partitioning of rows into cells.</summary>
    public required Partition Partition { get; init; }

    /// <summary>The frame of the positions: <see cref="Icrs"/> or <see cref="Wgs84"/>; null if rows have no positions.</summary>
    public string? Frame => Partition.Frame?.Name;

    /// <summary>The frame of positions on the sky, <c>ra</c> and <c>dec</c>.</summary>
    public const string Icrs = "ICRS";

    /// <summary>The frame of positions on the earth, <c>lon</c> and <c>lat</c>.</summary>
    public const string Wgs84 = "WGS84";

    /// <summary>The Julian year of the positions; null if they have no common one.</summary>
    public double? EpochYear { get; init; }

    /// <summary>The largest absolute value of <see cref="EpochYear"/>.</summary>
    public const double MaxEpochYear = 10_000;

    /// <summary>The time scale and range of the times; null for a dataset without times.</summary>
    public TimeSpanInfo? Time { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for datasets with wavelengths.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The area of the sky or the earth with rows, in square degrees: occupied pixels at order
    /// <see cref="SkyAreaOrder"/>.</summary>
    public double? SkyAreaDeg2 { get; init; }

    /// <summary>The area of the sky in square degrees, rounded up.</summary>
    public const double MaxSkyAreaDeg2 = 41_253;

    /// <summary>The HEALPix order at which <see cref="SkyAreaDeg2"/> is counted.</summary>
    public const int SkyAreaOrder = 10;

    /// <summary>The largest distance of a margin row from its tile of the
    /// index, in arcseconds; null for an index without a margin.</summary>
    public double? MarginArcsec { get; init; }

    /// <summary>The largest <see cref="MarginArcsec"/>: ten degrees.</summary>
    public const double MaxMarginArcsec = 36_000;

    /// <summary>The largest distance of a footprint from its position, in degrees; null for rows without footprints.</summary>
    internal double? FootprintRadiusMaxDeg { get; init; }

    /// <summary>All stored columns, in the order of the index.</summary>
    public required ImmutableArray<ColumnSchema> Columns { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];

    /// <summary>SHA-256 of <c>files.parquet</c>, lower-case hexadecimal.</summary>
    public required string FilesSha256 { get; init; }

    /// <summary>The source files.</summary>
    public ImmutableArray<SourceFile> Sources { get; init; } = [];

    /// <summary>The CRC-32C at the end of the file; null in a manifest of an older program, which has none.</summary>
    public uint? Crc32C { get; init; }

    /// <summary>How the tiles of another program's catalogue are read; null for a dataset. Not written.</summary>
    internal ForeignIndex? Foreign { get; init; }

    /// <summary>Returns the column with exactly this name, or null.</summary>
    public ColumnSchema? Column(string name) => Columns.FirstOrDefault(c => c.Name == name);
}
