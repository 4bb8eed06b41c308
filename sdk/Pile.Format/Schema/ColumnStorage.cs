namespace Pile.Format;

/// <summary>Where a column is kept.</summary>
internal enum ColumnStorage
{
    /// <summary>In the index, for search and matching, and contiguous in the shards.</summary>
    Light,

    /// <summary>In the shards alone, one piece or more for each row; the index tells where.</summary>
    Heavy,
}
