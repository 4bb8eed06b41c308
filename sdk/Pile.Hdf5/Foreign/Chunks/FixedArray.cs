namespace Pile.Hdf5;

/// <summary>Reads the chunk index of datasets whose shape has a limit.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", VII.C (fixed array).</remarks>
internal static class FixedArray
{
    private const string Structure = "fixed array", BlockStructure = "data block of a fixed array";
    private const int MaxPageBits = 62;

    /// <summary>Adds all chunks.</summary>
    /// <exception cref="Hdf5Exception">The array is corrupt.</exception>
    internal static void Read(Traversal traversal, ChunkTable table)
    {
        ForeignBytes file = traversal.File;
        long address = table.Layout.Address;
        int headerBytes = 8 + file.LengthBytes + file.AddressBytes + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.ReadChecked(address, headerBytes, Structure), Structure, address);
        reader.Signature("FAHD"u8);
        reader.Expect(0, "version");
        (int client, int entryBytes, int pageBits) = (reader.Byte(), reader.Byte(), reader.Byte());
        (long count, long block) = (reader.Unsigned(file.LengthBytes), reader.Address(file.AddressBytes));
        if (table.Dataset.MaxShape.Contains(ForeignSpace.Unlimited))
            throw reader.Invalid("a fixed array for a shape without a limit");
        LinearChunks order = new(table.Dataset, growingAxis: 0);
        if (count != order.Count || pageBits > MaxPageBits)
            throw reader.Invalid($"{count} entries in pages of 2^{pageBits}, expected {order.Count}");
        ArrayEntries entries = new(traversal, table, order, client, entryBytes, in reader);
        if (block is not FileBytes.Undefined)
            ReadBlock(traversal, entries, address, block, client, count, 1L << pageBits);
    }

    private static void ReadBlock(Traversal traversal, ArrayEntries entries, long header, long address, int client, long count,
        long pageEntries)
    {
        ForeignBytes file = traversal.File;
        bool isPaged = count > pageEntries;
        long pages = isPaged ? ((count - 1) / pageEntries) + 1 : 0, bitmapBytes = (pages + 7) / 8;
        if (count > file.Length)
            throw file.Invalid(BlockStructure, address, traversal.Item, $"{count} entries exceed the file of {file.Length} bytes");
        long bytes = 6 + file.AddressBytes + bitmapBytes + (isPaged ? 0 : count * entries.EntryBytes) + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.ReadChecked(address, bytes, BlockStructure), BlockStructure, address);
        reader.Signature("FADB"u8);
        reader.Expect(0, "version");
        if (reader.Byte() != client || reader.Address(file.AddressBytes) != header)
            throw reader.Invalid("it belongs to another array");
        if (isPaged)
            entries.AddPages(address + bytes, 0, count, pageEntries, reader.Take(bitmapBytes), 0, BlockStructure);
        else
            entries.Add(ref reader, 0, count, address);
    }
}
