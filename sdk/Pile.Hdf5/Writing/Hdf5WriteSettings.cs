namespace Pile.Hdf5;

/// <summary>How a file is laid out on disk.</summary>
internal sealed record Hdf5WriteSettings
{
    /// <summary>Room that is set aside for metadata at a time, in bytes.</summary>
    /// <remarks>
    /// Where it holds all of the file's metadata, nothing comes between chunks that are written one after the other. Too much costs its
    /// size on disk; too little costs a gap in a row now and then. <see cref="MetaBlockBytesFor"/> tells how much is needed.
    /// </remarks>
    public long MetaBlockBytes { get; init; } = 64 * 1024;

    /// <summary>How much metadata a file will have, from above.</summary>
    /// <param name="contiguousDatasets">How many contiguous datasets it has.</param>
    /// <param name="chunkedDatasets">Chunks and rank of each chunked one.</param>
    /// <param name="attributeBytes">Bytes of all attributes: names, texts and numbers.</param>
    public static long MetaBlockBytesFor(int contiguousDatasets, IEnumerable<(long Chunks, int Rank)> chunkedDatasets, long attributeBytes)
    {
        const int entriesPerNode = 64, header = 24, objectHeader = 1024;
        long bytes = 16 * 1024 + (objectHeader * contiguousDatasets) + (2 * attributeBytes);
        foreach ((long chunks, int rank) in chunkedDatasets)
        {
            long nodeBytes = header + (entriesPerNode * 8) + ((entriesPerNode + 1) * (8 + (8 * (rank + 1))));
            // Chunks arrive in ascending order: the library then leaves a tenth of each node free.
            long leaves = (chunks / (entriesPerNode * 8 / 10)) + 1;
            bytes += objectHeader + (nodeBytes * (leaves + (leaves / 50) + 2));
        }
        return bytes;
    }
}
