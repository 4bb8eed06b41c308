namespace Pile.Hdf5;

/// <summary>The entries of a fixed or extensible array of chunks: an address, and with filters the size and the skipped filters.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", VII.C (data block element).</remarks>
internal sealed class ArrayEntries
{
    private readonly Traversal traversal;
    private readonly ChunkTable table;
    private readonly LinearChunks order;
    private readonly long[] position;
    private readonly bool isFiltered;

    /// <summary>Checks the size of the entries against the dataset.</summary>
    /// <exception cref="Hdf5Exception">The entries have another size, or other filters than the dataset.</exception>
    internal ArrayEntries(Traversal traversal, ChunkTable table, LinearChunks order, int client, int entryBytes, in StructureReader header)
    {
        (this.traversal, this.table, this.order, EntryBytes) = (traversal, table, order, entryBytes);
        position = new long[table.Grid.Rank];
        isFiltered = table.Dataset.Filters.Count > 0;
        int sizeBytes = entryBytes - traversal.File.AddressBytes - 4;
        if (client != (isFiltered ? 1 : 0) || (isFiltered ? sizeBytes is < 1 or > 8 : entryBytes != traversal.File.AddressBytes))
            throw header.Invalid($"entries of kind {client} with {entryBytes} bytes for {table.Dataset.Filters.Count} filters");
    }

    /// <summary>The size of an entry.</summary>
    internal int EntryBytes { get; }

    /// <summary>Adds the chunks of a range of entries.</summary>
    internal void Add(ref StructureReader reader, long first, long count, long blockAddress)
    {
        int addressBytes = traversal.File.AddressBytes;
        for (long i = first; i < first + count; i++)
        {
            long address = reader.Address(addressBytes), bytes = table.Dataset.ChunkBytes;
            uint skipped = uint.MaxValue;
            if (isFiltered)
                (bytes, skipped) = (reader.Unsigned(EntryBytes - addressBytes - 4), reader.UInt32());
            if (address is FileBytes.Undefined)
                continue;
            order.PositionOf(i, position);
            table.Add(position, address, bytes, skipped, blockAddress);
        }
    }

    /// <summary>Adds the chunks of pages, each with a checksum, that follow each other.</summary>
    /// <param name="address">The address of the first page.</param>
    /// <param name="first">The first entry.</param>
    /// <param name="count">The number of entries.</param>
    /// <param name="pageEntries">The number of entries of a page; the last one may have fewer.</param>
    /// <param name="written">A bit per page, the most significant first: whether it was written.</param>
    /// <param name="firstBit">The bit of the first page.</param>
    /// <param name="structure">The structure, for errors.</param>
    internal void AddPages(long address, long first, long count, long pageEntries, ReadOnlySpan<byte> written, long firstBit,
        string structure)
    {
        for (long page = 0, done = 0; done < count; page++, done += pageEntries)
        {
            long entries = Math.Min(pageEntries, count - done), bit = firstBit + page;
            long bytes = (entries * EntryBytes) + Traversal.ChecksumBytes;
            if ((written[(int)(bit / 8)] & (0x80 >> (int)(bit % 8))) is not 0)
            {
                StructureReader reader = traversal.Fields(traversal.ReadChecked(address, bytes, structure), structure, address);
                Add(ref reader, first + done, entries, address);
            }
            address += bytes;
        }
    }
}
