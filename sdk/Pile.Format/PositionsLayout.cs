namespace Pile.Format;

/// <summary>Column names, footer keys and constants of <c>positions.parquet</c>.</summary>
internal static class PositionsLayout
{
    /// <summary>The number of rows of every row group except the last.</summary>
    public const int GroupRows = 131_072;

    /// <summary>The order-29 NESTED pixel, ascending.</summary>
    public const string Healpix29 = ColumnNames.Healpix29;

    /// <summary>The row number in the index.</summary>
    public const string Row = "row";

    /// <summary>The observation's id, an integer or text.</summary>
    public const string ObjectId = "object_id";

    /// <summary>Footer key: the layout's version, <see cref="PageChecksums.LayoutVersion"/>.</summary>
    public const string VersionKey = "pile.positions";

    /// <summary>Footer key: the dataset's name.</summary>
    public const string DatasetKey = "pile.dataset";

    /// <summary>Footer key: the dataset's own version.</summary>
    public const string DatasetVersionKey = "pile.dataset_version";

    /// <summary>Footer key: the frame of the positions, whose columns follow the pixels.</summary>
    public const string FrameKey = "pile.frame";

    /// <summary>Footer key: the Julian year of the positions; absent if they have no common one.</summary>
    public const string EpochKey = "pile.epoch_year";

    /// <summary>Footer key: the number of rows of the dataset without a position, which the file omits.</summary>
    public const string WithoutPositionKey = "pile.without_position";
}
