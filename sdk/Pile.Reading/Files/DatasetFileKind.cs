namespace Pile.Reading;

/// <summary>What a file of a dataset is.</summary>
internal enum DatasetFileKind
{
    /// <summary>An HDF5 file with rows.</summary>
    Shard,

    /// <summary>A tile of the index.</summary>
    Index,

    /// <summary>A tile of the margin beside the index: copies of rows, for other tools. Queries pass over it.</summary>
    Margin,

    /// <summary>Anything else in the dataset's folder.</summary>
    Meta,

    /// <summary>A file that the dataset was made of; it lies elsewhere.</summary>
    Source,
}
