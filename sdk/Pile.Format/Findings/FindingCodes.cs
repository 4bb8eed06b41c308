namespace Pile.Format;

/// <summary>The stable codes of findings, as SCHEMA.md lists them. M:
/// manifest, F: files, I: index, S: shards, C: columns and values, R: files outside the dataset.</summary>
internal static class FindingCodes
{
    /// <summary>The manifest is missing or not YAML, or lacks or misuses a key.</summary>
    public const string ManifestInvalid = "M001";

    /// <summary>The manifest has a newer major version.</summary>
    public const string VersionNotSupported = "M002";

    /// <summary>The manifest's counts contradict the files.</summary>
    public const string CountMismatch = "M003";

    /// <summary>The manifest contradicts its checksum, or lacks the checksum that its list of files requires.</summary>
    public const string ManifestChecksumMismatch = "M004";

    /// <summary>A column that the modality requires is missing.</summary>
    public const string RequiredColumnMissing = "C001";

    /// <summary>A standard column has a different dtype or rank than its modality defines.</summary>
    public const string StandardColumnMismatch = "C002";

    /// <summary>An alias refers to an unknown column, or cannot be evaluated.</summary>
    public const string AliasInvalid = "C003";

    /// <summary>A position is missing or out of range.</summary>
    public const string PositionInvalid = "C004";

    /// <summary>Two rows have the same object_id.</summary>
    public const string ObjectIdDuplicate = "C005";

    /// <summary>Columns of one row that share an axis, or a list and the companion with its length, differ in that length.</summary>
    public const string ShapeMismatch = "C006";

    /// <summary>The members of a nested group differ in length, or some of them are missing.</summary>
    public const string NestedMismatch = "C007";

    /// <summary>A row's bytes are not a valid file of the encoding that the column declares.</summary>
    public const string EncodingMismatch = "C008";

    /// <summary>A value of a column of categories is not a declared code.</summary>
    public const string CategoryUnknown = "C009";

    /// <summary>A native column of times has no time scale, or a native column of wavelengths has no spectral medium.</summary>
    public const string MeaningMissing = "C010";

    /// <summary>A column that the modality recommends is missing.</summary>
    public const string RecommendedColumnMissing = "C011";

    /// <summary>files.parquet is missing, or its checksum differs from the one in the manifest.</summary>
    public const string FileListInvalid = "F001";

    /// <summary>A file of the list is missing.</summary>
    public const string FileMissing = "F002";

    /// <summary>A file is longer or shorter than listed.</summary>
    public const string FileSizeMismatch = "F003";

    /// <summary>A file was changed: its SHA-256 differs.</summary>
    public const string FileChanged = "F004";

    /// <summary>The dataset contains a file that is not listed.</summary>
    public const string FileUnlisted = "F005";

    /// <summary>A path refers to a file outside the dataset's folder.</summary>
    public const string PathOutside = "F006";

    /// <summary>A folder of the dataset cannot be listed, so its contents are unknown.</summary>
    public const string FolderUnreadable = "F007";

    /// <summary>statistics.parquet cannot be read, lacks a column, or differs from the statistics of the values.</summary>
    public const string StatisticsMismatch = "F008";

    /// <summary>skipped.csv or origins.csv is not CSV with the columns and values of SCHEMA.md.</summary>
    public const string TextListInvalid = "F009";

    /// <summary>The index breaks a rule of HATS: properties, partition list, tile paths.</summary>
    public const string HatsInvalid = "I001";

    /// <summary>A tile's columns or types differ from the manifest.</summary>
    public const string IndexSchemaMismatch = "I002";

    /// <summary>The rows of a tile, or those of a shard, are not sorted by key and object_id.</summary>
    public const string IndexNotSorted = "I003";

    /// <summary>A row's _healpix_29 does not match its position or its tile.</summary>
    public const string HealpixMismatch = "I004";

    /// <summary>A piece exceeds its file, or its entry is malformed.</summary>
    public const string PieceInvalid = "I005";

    /// <summary>The margin lacks a row near a tile, or has a row that is of the same tile or not a copy.</summary>
    public const string MarginMismatch = "I006";

    /// <summary>The file of positions, the index of ids or the space-time coverage is damaged, or contradicts the index.</summary>
    public const string SortedRowsMismatch = "I007";

    /// <summary>The key of a row without a position is not the hash of its id.</summary>
    public const string KeyMismatch = "I008";

    /// <summary>A shard cannot be opened as HDF5.</summary>
    public const string ShardUnreadable = "S001";

    /// <summary>A shard's datasets differ from the manifest.</summary>
    public const string ShardSchemaMismatch = "S002";

    /// <summary>A light value in a shard differs from the index, or a heavy value is missing in only one of the two.</summary>
    public const string ShardIndexMismatch = "S003";

    /// <summary>A piece's bytes do not match its CRC-32C, or do not decode.</summary>
    public const string PieceCorrupt = "S004";

    /// <summary>A row is stored in a shard of another cell.</summary>
    public const string CellMismatch = "S005";

    /// <summary>sources.parquet is missing or malformed, or an address in it is not legal.</summary>
    public const string SourceListInvalid = "R001";

    /// <summary>A file outside the dataset is missing, or is not the recorded one.</summary>
    public const string SourceChanged = "R002";

    /// <summary>It is not known where files outside the dataset are, so that they are not checked.</summary>
    public const string SourceUnmounted = "R003";

    /// <summary>Values in files outside the dataset have no checksums.</summary>
    public const string ValuesUnverified = "R004";

    /// <summary>A footprint on the earth is not valid, or its box or radius contradicts it.</summary>
    public const string FootprintMismatch = "G001";

    /// <summary>A window is not in its raster, or does not have the bands or the shape of the value.</summary>
    public const string WindowInvalid = "G002";

    /// <summary>Raster files cannot be reached, so that they are not checked.</summary>
    public const string RasterUnreachable = "G003";

    /// <summary>The tile of a row is not the one that contains its centre.</summary>
    public const string TileMismatch = "G004";

    /// <summary>A block of a raster is outside its file, or the stored layout of a raster is not valid.</summary>
    public const string RasterLayoutInvalid = "G005";

    /// <summary>A window does not begin at a pixel of its raster.</summary>
    public const string WindowNotNested = "G006";
}
