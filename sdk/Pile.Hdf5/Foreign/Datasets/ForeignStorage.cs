namespace Pile.Hdf5;

/// <summary>Where the values of a dataset are stored.</summary>
internal enum ForeignStorage
{
    /// <summary>In the object header.</summary>
    Compact,

    /// <summary>In one range of bytes.</summary>
    Contiguous,

    /// <summary>In chunks with an index.</summary>
    Chunked,

    /// <summary>In other files without a format.</summary>
    External,

    /// <summary>In other datasets.</summary>
    Virtual,
}

/// <summary>The kinds of indexes of chunks.</summary>
internal enum ForeignChunkIndex
{
    Tree1 = 0,
    Single = 1,
    Implicit = 2,
    FixedArray = 3,
    ExtensibleArray = 4,
    Tree2 = 5,
}
