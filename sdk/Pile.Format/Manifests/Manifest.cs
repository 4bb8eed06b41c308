using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>What a dataset says of itself in <c>pile.yaml</c>: small, whatever the dataset's size.</summary>
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

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The folder of the shards and the index within the dataset.</summary>
    public string Subset { get; init; } = "main";

    /// <summary>Where the data come from, whose they are, and what made this dataset of them.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Rows of the dataset.</summary>
    public required long Rows { get; init; }

    /// <summary>Shards of the dataset.</summary>
    public required int Shards { get; init; }

    /// <summary>Bytes of all files that <c>files.parquet</c> lists.</summary>
    public required long Bytes { get; init; }

    /// <summary>How rows are spread over cells.</summary>
    public required Partition Partition { get; init; }

    /// <summary>The positions' frame; always ICRS in version 1.</summary>
    public string Frame { get; init; } = Icrs;

    /// <summary>The only frame of version 1.</summary>
    public const string Icrs = "ICRS";

    /// <summary>The Julian year of the positions, where it is one for all.</summary>
    public double? EpochYear { get; init; }

    /// <summary>The limit of <see cref="EpochYear"/>, before and after the year 0.</summary>
    public const double MostEpochYear = 10_000;

    /// <summary>What the times mean and which they span; null for a dataset without times.</summary>
    public TimeSpanInfo? Time { get; init; }

    /// <summary><c>vacuum</c> or <c>air</c>, for datasets with wavelengths.</summary>
    public string? SpectralMedium { get; init; }

    /// <summary>The part of the sky that has rows, in square degrees: occupied pixels at order <see cref="SkyAreaOrder"/>.</summary>
    public double? SkyAreaDeg2 { get; init; }

    /// <summary>The area of the sky in square degrees, rounded up.</summary>
    public const double MostSkyAreaDeg2 = 41_253;

    /// <summary>The HEALPix order at which <see cref="SkyAreaDeg2"/> is counted.</summary>
    public const int SkyAreaOrder = 10;

    /// <summary>How near to a tile of the index the rows of its margin lie, in arcseconds; null for an index without a margin.</summary>
    public double? MarginArcsec { get; init; }

    /// <summary>The widest margin that an index may have: ten degrees.</summary>
    public const double MostMarginArcsec = 36_000;

    /// <summary>All stored columns, in the order of the index.</summary>
    public required ImmutableArray<ColumnSchema> Columns { get; init; }

    /// <summary>Standard names for native columns.</summary>
    public ImmutableArray<AliasSchema> Aliases { get; init; } = [];

    /// <summary>SHA-256 of <c>files.parquet</c>, lower-case hexadecimal.</summary>
    public required string FilesSha256 { get; init; }

    /// <summary>The source files.</summary>
    public ImmutableArray<SourceFile> Sources { get; init; } = [];

    /// <summary>The CRC-32C that the file ends with; null in a manifest without one, as older programs wrote it.</summary>
    public uint? Crc32C { get; init; }

    /// <summary>The column of that exact name, or null.</summary>
    public ColumnSchema? Column(string name) => Columns.FirstOrDefault(c => c.Name == name);
}
