namespace Pile.Hdf5;

/// <summary>The links of a group that stores them as a symbol table.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", III.A.1 (B-tree, version 1, type 0), III.B (symbol table node), III.C
/// (entry), III.D (local heap).</remarks>
internal sealed class SymbolTable
{
    internal const string EntryStructure = "symbol table entry";
    private const int TreeHeaderBytes = 24, NodeHeaderBytes = 8, EntryBytes = 40, HeapHeaderBytes = 32, MaxTreeEntries = 32,
        MaxSymbols = 8, MaxLevels = 32;
    private const string TreeStructure = "B-tree of the group", NodeStructure = "symbol table node", HeapStructure = "local heap";
    private readonly FileBytes file;
    private readonly ReadOnlyMemory<byte> names;
    private readonly List<(long Address, long Entry, ReadOnlyMemory<byte> Name)> entries = [];

    private SymbolTable(FileBytes file, ReadOnlyMemory<byte> names) => (this.file, this.names) = (file, names);

    /// <summary>Reads all entries.</summary>
    /// <returns>The address of each object header, the address of its entry, and its name.</returns>
    internal static IReadOnlyList<(long Address, long Entry, ReadOnlyMemory<byte> Name)> Read(FileBytes file, ObjectHeader.Message message)
    {
        StructureReader reader = new(message.Content.Span, file, "symbol table", message.Address, null);
        (long tree, long heap) = (reader.Int64(), reader.Int64());
        SymbolTable table = new(file, ReadNames(file, heap));
        table.ReadTree(tree, expectedLevel: null);
        return table.entries;
    }

    private static byte[] ReadNames(FileBytes file, long address)
    {
        StructureReader reader = new(file.Read(address, HeapHeaderBytes, HeapStructure, null), file, HeapStructure, address, null);
        reader.Signature("HEAP"u8);
        reader.Expect(0, "version");
        _ = reader.Take(3);
        long bytes = reader.Int64();
        _ = reader.Int64(); // the list of free space
        return file.Read(reader.Int64(), bytes, HeapStructure, null);
    }

    private void ReadTree(long address, int? expectedLevel)
    {
        byte[] header = file.Read(address, TreeHeaderBytes, TreeStructure, null);
        StructureReader reader = new(header, file, TreeStructure, address, null);
        reader.Signature("TREE"u8);
        reader.Expect(0, "node type");
        int level = reader.Byte(), count = reader.UInt16();
        if (level > MaxLevels || level != (expectedLevel ?? level) || count > MaxTreeEntries || (count is 0 && expectedLevel is not null))
            throw reader.Invalid($"{count} entries at level {level}, expected 1 to {MaxTreeEntries} at level {expectedLevel ?? 0}");
        StructureReader children = new(file.Read(address + TreeHeaderBytes, count * 16, TreeStructure, null), file, TreeStructure,
            address, null);
        for (int i = 0; i < count; i++)
        {
            _ = children.Int64(); // the key: the name before the first of the child
            if (level is 0)
                ReadNode(children.Int64());
            else
                ReadTree(children.Int64(), level - 1);
        }
    }

    private void ReadNode(long address)
    {
        StructureReader header = new(file.Read(address, NodeHeaderBytes, NodeStructure, null), file, NodeStructure, address, null);
        header.Signature("SNOD"u8);
        header.Expect(1, "version");
        _ = header.Byte();
        int count = header.UInt16();
        if (count is 0 or > MaxSymbols)
            throw header.Invalid($"{count} symbols, expected 1 to {MaxSymbols}");
        byte[] symbols = file.Read(address + NodeHeaderBytes, count * EntryBytes, NodeStructure, null);
        for (int i = 0; i < count; i++)
            ReadEntry(symbols.AsSpan(i * EntryBytes, EntryBytes), address + NodeHeaderBytes + (i * EntryBytes));
    }

    private void ReadEntry(ReadOnlySpan<byte> content, long address)
    {
        StructureReader reader = new(content, file, EntryStructure, address, null);
        (long nameOffset, long header, uint cache) = (reader.Int64(), reader.Int64(), reader.UInt32());
        int end = nameOffset >= 0 && nameOffset < names.Length ? names.Span[(int)nameOffset..].IndexOf((byte)0) : -1;
        if (end < 0)
            throw reader.Invalid($"its name at offset {nameOffset} does not end within the local heap of {names.Length} bytes");
        ReadOnlyMemory<byte> name = names.Slice((int)nameOffset, end);
        if (cache is not 0)
            throw reader.Unsupported($"'{System.Text.Encoding.UTF8.GetString(name.Span)}' is a {(cache is 1 ? "group" : "soft link")}, "
                + "expected a dataset");
        if (entries.Count > 0 && entries[^1].Name.Span.SequenceCompareTo(name.Span) >= 0)
            throw reader.Invalid($"the name '{System.Text.Encoding.UTF8.GetString(name.Span)}' is out of order");
        entries.Add((header, address, name));
    }
}
