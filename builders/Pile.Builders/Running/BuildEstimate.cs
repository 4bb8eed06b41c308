using Pile.Format;

namespace Pile.Builders;

/// <summary>What a build would read and write.</summary>
/// <param name="Units">The units of the source.</param>
/// <param name="SourceBytes">The approximate number of bytes to read.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Cells">The number of cells with rows.</param>
/// <param name="Partition">The cells.</param>
/// <param name="ValueBytes">The size of all values, without compression and padding.</param>
/// <param name="PaddingBytes">What texts in shards need besides, which have the width of the longest of their column (SCHEMA.md,
/// S4.4).</param>
/// <param name="Skipped">The number of rows and whole units that the build would skip.</param>
internal sealed record BuildEstimate(IReadOnlyList<SourceUnit> Units, long SourceBytes, long Rows, long Cells, Partition Partition,
    long ValueBytes, long PaddingBytes, long Skipped)
{
    /// <summary>About the free disk space that the build needs, for rows that wait to be sorted, and the dataset: the structure of its
    /// files is not counted, and compressed values need less.</summary>
    public long DiskBytes => (2 * ValueBytes) + PaddingBytes;
}
