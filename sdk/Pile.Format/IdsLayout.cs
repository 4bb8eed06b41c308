namespace Pile.Format;

/// <summary>Column names, footer keys and constants of <c>ids.parquet</c>, the index of ids (SCHEMA.md §6.5).</summary>
internal static class IdsLayout
{
    /// <summary>The number of rows of every row group except the last.</summary>
    public const int GroupRows = 16_384;

    /// <summary>The id of an observation: an integer or text, ascending.</summary>
    public const string ObjectId = "object_id";

    /// <summary>The row number in the index.</summary>
    public const string Row = "row";

    /// <summary>Footer key: the version of the layout, <see cref="PageChecksums.LayoutVersion"/>.</summary>
    public const string VersionKey = "pile.ids";
}
