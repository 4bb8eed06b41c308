namespace Pile.Hdf5;

/// <summary>Reads the links of a group that stores them as a symbol table.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.A.1 (B-tree, version 1, type 0), III.B (symbol table node), III.C
/// (entry), III.D (local heap).</remarks>
internal sealed class SymbolTableLinks
{
    private const int MaxLevels = 32, SoftLink = 2;
    private const string TreeStructure = "B-tree of the group", NodeStructure = "symbol table node", HeapStructure = "local heap";
    private readonly Traversal traversal;
    private readonly ReadOnlyMemory<byte> names;
    private readonly List<ForeignLink> links = [];
    private ReadOnlyMemory<byte> lastName;

    private SymbolTableLinks(Traversal traversal, ReadOnlyMemory<byte> names) => (this.traversal, this.names) = (traversal, names);

    /// <summary>Reads all links, in the order of their names as bytes.</summary>
    /// <exception cref="Hdf5Exception">The symbol table is corrupt.</exception>
    internal static List<ForeignLink> Read(Traversal blocks, ObjectMessages.Message message)
    {
        StructureReader reader = blocks.Fields(message.Content, "symbol table", message.Address);
        (long tree, long heap) = (reader.Address(blocks.File.AddressBytes), reader.Address(blocks.File.AddressBytes));
        SymbolTableLinks table = new(blocks, ReadNames(blocks, heap));
        table.ReadTree(tree, expectedLevel: null);
        return table.links;
    }

    private static ReadOnlyMemory<byte> ReadNames(Traversal traversal, long address)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 8 + (2 * file.LengthBytes) + file.AddressBytes;
        StructureReader reader = traversal.Fields(traversal.Read(address, headerBytes, HeapStructure), HeapStructure, address);
        reader.Signature("HEAP"u8);
        reader.Expect(0, "version");
        _ = reader.Take(3);
        long bytes = reader.Unsigned(file.LengthBytes);
        _ = reader.Take(file.LengthBytes); // the list of free space
        return traversal.Read(reader.Address(file.AddressBytes), bytes, HeapStructure);
    }

    private void ReadTree(long address, int? expectedLevel)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 8 + (2 * file.AddressBytes);
        StructureReader reader = traversal.Fields(traversal.Read(address, headerBytes, TreeStructure), TreeStructure, address);
        reader.Signature("TREE"u8);
        reader.Expect(0, "node type");
        int level = reader.Byte(), count = reader.UInt16();
        if (level > MaxLevels || level != (expectedLevel ?? level) || (count is 0 && expectedLevel is not null))
            throw reader.Invalid($"{count} entries at level {level}, expected at least 1 at level {expectedLevel ?? 0}");
        reader = traversal.Fields(traversal.Read(address + headerBytes, (long)count * (file.LengthBytes + file.AddressBytes),
            TreeStructure), TreeStructure, address);
        for (int i = 0; i < count; i++)
        {
            _ = reader.Take(file.LengthBytes); // the key: the name before the first of the child
            if (level is 0)
                ReadNode(reader.Address(file.AddressBytes));
            else
                ReadTree(reader.Address(file.AddressBytes), level - 1);
        }
    }

    private void ReadNode(long address)
    {
        const int headerBytes = 8;
        ForeignBytes file = traversal.File;
        StructureReader reader = traversal.Fields(traversal.Read(address, headerBytes, NodeStructure), NodeStructure, address);
        reader.Signature("SNOD"u8);
        reader.Expect(1, "version");
        _ = reader.Byte();
        int count = reader.UInt16(), entryBytes = file.LengthBytes + file.AddressBytes + 24;
        reader = traversal.Fields(traversal.Read(address + headerBytes, (long)count * entryBytes, NodeStructure), NodeStructure, address);
        for (int i = 0; i < count; i++)
        {
            (long name, long header, uint cache) =
                (reader.Unsigned(file.LengthBytes), reader.Address(file.AddressBytes), reader.UInt32());
            _ = reader.Take(4);
            uint target = reader.UInt32();
            _ = reader.Take(12);
            ReadOnlyMemory<byte> nameBytes = Text(name, in reader);
            if (links.Count > 0 && lastName.Span.SequenceCompareTo(nameBytes.Span) >= 0)
                throw reader.Invalid($"the name '{ForeignName.Decode(nameBytes.Span)}' is out of order");
            lastName = nameBytes;
            string text = ForeignName.OfLink(nameBytes.Span, in reader);
            links.Add(cache is SoftLink
                ? new(text, ForeignLinkKind.Soft, FileBytes.Undefined, ForeignName.Decode(Text(target, in reader).Span))
                : new(text, ForeignLinkKind.Hard, header));
        }
    }

    /// <summary>Reads a text of the local heap that ends with NUL.</summary>
    private ReadOnlyMemory<byte> Text(long offset, in StructureReader reader)
    {
        int length = offset < names.Length ? names.Span[(int)offset..].IndexOf((byte)0) : -1;
        return length >= 0 ? names.Slice((int)offset, length)
            : throw reader.Invalid($"its name at offset {offset} does not end within the local heap of {names.Length} bytes");
    }
}
