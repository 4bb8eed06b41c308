namespace Pile.Format;

/// <summary>Names within <c>positions.parquet</c>: written once, read by the matcher.</summary>
internal static class PositionsLayout
{
    /// <summary>Rows of every row group but the last.</summary>
    public const int GroupRows = 131_072;

    /// <summary>The order-29 NESTED pixel, ascending.</summary>
    public const string Healpix29 = ColumnNames.Healpix29;

    /// <summary>Right ascension, ICRS degrees.</summary>
    public const string Ra = "ra";

    /// <summary>Declination, ICRS degrees.</summary>
    public const string Dec = "dec";

    /// <summary>The position in the index.</summary>
    public const string Row = "row";

    /// <summary>The observation's id, an integer or text.</summary>
    public const string ObjectId = "object_id";

    /// <summary>Footer key: the layout's version, <see cref="PageChecksums.LayoutVersion"/>.</summary>
    public const string VersionKey = "pile.positions";

    /// <summary>Footer key: the dataset's name.</summary>
    public const string DatasetKey = "pile.dataset";

    /// <summary>Footer key: the dataset's own version.</summary>
    public const string DatasetVersionKey = "pile.dataset_version";

    /// <summary>Footer key: the frame of the positions, always <c>ICRS</c>.</summary>
    public const string FrameKey = "pile.frame";

    /// <summary>Footer key: the Julian year of the positions; absent where there is none for all.</summary>
    public const string EpochKey = "pile.epoch_year";

    /// <summary>Footer key: rows of the dataset without a position, which are not in the file.</summary>
    public const string WithoutPositionKey = "pile.without_position";
}
