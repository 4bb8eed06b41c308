using System.Numerics;

namespace Pile.Hdf5;

/// <summary>Reads the chunk index of datasets that grow along one axis.</summary>
/// <remarks>
/// The first entries are in the index block. The others are in data blocks, which form groups: group g has 2^(g/2) blocks of
/// 2^((g+1)/2) × the smallest number of entries. The blocks of the first groups are listed in the index block, those of each further group
/// in a secondary block. Source: "HDF5 File Format Specification Version 3.0", VII.D (extensible array).
/// </remarks>
internal sealed class ExtensibleArray
{
    private const string Structure = "extensible array", IndexStructure = "index block of an extensible array",
        SecondaryStructure = "secondary block of an extensible array", BlockStructure = "data block of an extensible array";
    private const int MaxBits = 62;
    private readonly Traversal traversal;
    private readonly long header;
    private readonly ArrayEntries entries;
    private readonly int client, bits, indexEntries, smallestEntries, fewestPointers, offsetBytes;
    private readonly long pageEntries;

    private ExtensibleArray(Traversal traversal, ChunkTable table, ref StructureReader reader)
    {
        (this.traversal, header) = (traversal, table.Layout.Address);
        (client, int entryBytes, bits, indexEntries) = (reader.Byte(), reader.Byte(), reader.Byte(), reader.Byte());
        (smallestEntries, fewestPointers, int pageBits) = (reader.Byte(), reader.Byte(), reader.Byte());
        if (bits is 0 or > MaxBits || !BitOperations.IsPow2(smallestEntries) || !BitOperations.IsPow2(fewestPointers)
            || pageBits > MaxBits || bits < BitOperations.Log2((uint)smallestEntries))
            throw reader.Invalid($"blocks of at least {smallestEntries} entries, {fewestPointers} pointers, {bits} and {pageBits} bits");
        (pageEntries, offsetBytes) = (1L << pageBits, (bits + 7) / 8);
        int[] growing = [.. Enumerable.Range(0, table.Grid.Rank).Where(axis => table.Dataset.MaxShape[axis] is ForeignSpace.Unlimited)];
        if (growing.Length is not 1)
            throw reader.Invalid($"an extensible array for a shape with {growing.Length} dimensions without a limit");
        entries = new(traversal, table, new(table.Dataset, growing[0]), client, entryBytes, in reader);
    }

    /// <summary>Adds all chunks.</summary>
    /// <exception cref="Hdf5Exception">The array is corrupt.</exception>
    internal static void Read(Traversal traversal, ChunkTable table)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 12 + (6 * file.LengthBytes) + file.AddressBytes + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.ReadChecked(table.Layout.Address, headerBytes, Structure), Structure,
            table.Layout.Address);
        reader.Signature("EAHD"u8);
        reader.Expect(0, "version");
        ExtensibleArray array = new(traversal, table, ref reader);
        _ = reader.Take(6 * file.LengthBytes); // statistics
        if (reader.Address(file.AddressBytes) is not FileBytes.Undefined and var index)
            array.ReadIndex(index);
    }

    private void ReadIndex(long address)
    {
        int addressBytes = traversal.File.AddressBytes;
        int groups = 1 + bits - BitOperations.Log2((uint)smallestEntries), listedGroups = 2 * BitOperations.Log2((uint)fewestPointers);
        int listed = 2 * (fewestPointers - 1), secondary = Math.Max(groups - listedGroups, 0);
        long bytes = 6 + addressBytes + (indexEntries * (long)entries.EntryBytes) + ((listed + secondary) * (long)addressBytes)
            + Traversal.ChecksumBytes;
        StructureReader reader = Block(address, bytes, IndexStructure, "EAIB"u8);
        entries.Add(ref reader, 0, indexEntries, address);
        long first = indexEntries;
        for (int group = 0, listedBlock = 0; listedBlock < listed; group++)
            for (int block = 0; block < BlocksOf(group) && listedBlock < listed; block++, listedBlock++, first += EntriesOf(group))
                if (reader.Address(addressBytes) is not FileBytes.Undefined and var data)
                    ReadData(data, first, EntriesOf(group), StartOf(group) + (listedBlock * EntriesOf(group)), [], 0);
        for (int group = listedGroups; group < groups; group++)
            if (reader.Address(addressBytes) is not FileBytes.Undefined and var child)
                ReadSecondary(child, group);
    }

    private void ReadSecondary(long address, int group)
    {
        ForeignBytes file = traversal.File;
        (long blocks, long blockEntries) = (BlocksOf(group), EntriesOf(group));
        long pages = blockEntries > pageEntries ? blockEntries / pageEntries : 0, bitmapBytes = blocks * ((pages + 7) / 8);
        if (blocks > file.Length || bitmapBytes > file.Length)
            throw file.Invalid(SecondaryStructure, address, traversal.Item, $"{blocks} blocks exceed the file of {file.Length} bytes");
        long start = StartOf(group);
        StructureReader reader = Block(address, 6 + file.AddressBytes + offsetBytes + bitmapBytes + (blocks * file.AddressBytes)
            + Traversal.ChecksumBytes, SecondaryStructure, "EASB"u8);
        CheckOffset(ref reader, start, start);
        ReadOnlySpan<byte> written = reader.Take(bitmapBytes);
        for (long block = 0; block < blocks; block++)
            if (reader.Address(file.AddressBytes) is not FileBytes.Undefined and var data)
                ReadData(data, indexEntries + start + (block * blockEntries), blockEntries, start + (block * blockEntries), written,
                    block * pages);
    }

    /// <summary>Adds the chunks of a data block.</summary>
    /// <remarks>In blocks that the index block lists, libhdf5 stores <paramref name="otherOffset"/>, the first entry of the group plus the
    /// entries of as many such blocks as the index block lists before.</remarks>
    private void ReadData(long address, long first, long count, long otherOffset, ReadOnlySpan<byte> written, long firstBit)
    {
        ForeignBytes file = traversal.File;
        bool isPaged = count > pageEntries;
        if (count > file.Length || (isPaged && written.IsEmpty))
            throw file.Invalid(BlockStructure, address, traversal.Item, $"{count} entries in pages of {pageEntries}");
        long bytes = 6 + file.AddressBytes + offsetBytes + (isPaged ? 0 : count * entries.EntryBytes) + Traversal.ChecksumBytes;
        StructureReader reader = Block(address, bytes, BlockStructure, "EADB"u8);
        CheckOffset(ref reader, first - indexEntries, otherOffset);
        if (isPaged)
            entries.AddPages(address + bytes, first, count, pageEntries, written, firstBit, BlockStructure);
        else
            entries.Add(ref reader, first, count, address);
    }

    private StructureReader Block(long address, long bytes, string structure, ReadOnlySpan<byte> signature)
    {
        StructureReader reader = traversal.Fields(traversal.ReadChecked(address, bytes, structure), structure, address);
        reader.Signature(signature);
        reader.Expect(0, "version");
        return reader.Byte() == client && reader.Address(traversal.File.AddressBytes) == header ? reader
            : throw reader.Invalid("it belongs to another array");
    }

    private void CheckOffset(ref StructureReader reader, long expected, long other)
    {
        if (reader.Unsigned(offsetBytes) is var found && found != expected && found != other)
            throw reader.Invalid($"its first entry is {found}, expected {expected}");
    }

    private long StartOf(int group) => smallestEntries * ((1L << group) - 1);

    private static long BlocksOf(int group) => 1L << (group / 2);

    private long EntriesOf(int group) => (long)smallestEntries << ((group + 1) / 2);
}
