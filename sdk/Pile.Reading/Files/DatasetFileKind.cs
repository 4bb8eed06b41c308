namespace Pile.Reading;

/// <summary>The kind of a file of a dataset.</summary>
internal enum DatasetFileKind
{
    /// <summary>An HDF5 file with rows.</summary>
    Shard,

    /// <summary>A tile of the index.</summary>
    Index,

    /// <summary>A tile of the margin, which copies rows of neighbouring tiles for other tools. Queries ignore it.</summary>
    Margin,

    /// <summary>Anything else in the dataset's folder.</summary>
    Meta,

    /// <summary>A file that the dataset was built from; it is stored elsewhere.</summary>
    Source,
}
