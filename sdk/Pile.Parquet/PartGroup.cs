namespace Pile.Parquet;

/// <summary>A row group in the footer of a part.</summary>
internal sealed class PartGroup
{
    internal int At { get; set; }

    internal int End { get; set; }

    internal PartList Columns { get; set; }

    /// <summary>The offsets of pages and filters, in the order of the footer.</summary>
    internal List<(PartNumber Number, bool IsOfFilter)> Offsets { get; } = [];

    internal PartNumber RawBytes { get; set; }

    internal PartNumber Rows { get; set; }

    internal PartNumber Offset { get; set; }

    internal PartNumber StoredBytes { get; set; }

    /// <summary>The pages of all columns.</summary>
    internal PartBytes Pages { get; } = new();

    /// <summary>The Bloom filters of all columns.</summary>
    internal PartBytes Filters { get; } = new();
}
