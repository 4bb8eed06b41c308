namespace Pile.Hdf5;

/// <summary>Settings for the layout of a file.</summary>
internal sealed record Hdf5WriteSettings
{
    /// <summary>The size in bytes of the blocks that are reserved for metadata.</summary>
    /// <remarks>
    /// If one block is sufficient for all metadata of the file, chunks that are written in sequence are stored without gaps. A larger block
    /// wastes its unused size on disk; a smaller one causes occasional gaps within a row. <see cref="MetaBlockBytesFor"/> computes a
    /// sufficient size.
    /// </remarks>
    public long MetaBlockBytes { get; init; } = 64 * 1024;

    /// <summary>Returns an upper bound of a file's metadata in bytes.</summary>
    /// <param name="contiguousDatasets">The number of contiguous datasets.</param>
    /// <param name="chunkedDatasets">The number of chunks and the rank of each chunked dataset.</param>
    /// <param name="attributeBytes">The size of all attributes: names, texts and numbers.</param>
    public static long MetaBlockBytesFor(int contiguousDatasets, IEnumerable<(long Chunks, int Rank)> chunkedDatasets, long attributeBytes)
    {
        const int entriesPerNode = 64, header = 24, objectHeader = 1024;
        long bytes = 16 * 1024 + (objectHeader * contiguousDatasets) + (2 * attributeBytes);
        foreach ((long chunks, int rank) in chunkedDatasets)
        {
            long nodeBytes = header + (entriesPerNode * 8) + ((entriesPerNode + 1) * (8 + (8 * (rank + 1))));
            // Chunks are written in ascending order, for which the library leaves a tenth of each node free.
            long leaves = (chunks / (entriesPerNode * 8 / 10)) + 1;
            bytes += objectHeader + (nodeBytes * (leaves + (leaves / 50) + 2));
        }
        return bytes;
    }
}
