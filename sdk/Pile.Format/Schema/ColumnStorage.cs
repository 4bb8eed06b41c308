namespace Pile.Format;

/// <summary>Where a column is stored.</summary>
internal enum ColumnStorage
{
    /// <summary>In the index, for queries and matches, and contiguously in the shards.</summary>
    Light,

    /// <summary>Only in the shards, as one or more pieces per row, which the index locates.</summary>
    Heavy,

    /// <summary>In files outside the dataset, as one or more pieces per row, which the index locates.</summary>
    Reference,

    /// <summary>In raster files outside the dataset, as a window of one or more bands, which the index locates.</summary>
    Window,
}
