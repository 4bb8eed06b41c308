namespace Pile.Hdf5;

/// <summary>Reads the records of a version-2 B-tree in order.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.A.2 (B-trees, version 2).</remarks>
internal ref struct RecordTree
{
    private const int NodePrefixBytes = 6, MaxDepth = 32;
    private const string HeaderStructure = "B-tree, version 2", NodeStructure = "node of a B-tree, version 2";
    private readonly Traversal traversal;
    private readonly RecordAction action;
    private readonly byte type;
    private readonly int recordBytes;
    private readonly long nodeBytes;
    private readonly Span<long> mostRecords, pointerBytes;
    private long found;

    /// <summary>Receives a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="node">The address of its node, for errors.</param>
    internal delegate void RecordAction(ReadOnlySpan<byte> record, long node);

    private RecordTree(Traversal traversal, RecordAction action, byte type, int recordBytes, long nodeBytes, Span<long> mostRecords,
        Span<long> pointerBytes)
    {
        (this.traversal, this.action, this.type) = (traversal, action, type);
        (this.recordBytes, this.nodeBytes) = (recordBytes, nodeBytes);
        this.mostRecords = mostRecords;
        this.pointerBytes = pointerBytes;
    }

    /// <summary>Reads all records.</summary>
    /// <param name="traversal">Reads the nodes.</param>
    /// <param name="address">The address of the tree's header.</param>
    /// <param name="type">The expected type of the records.</param>
    /// <param name="fewestBytes">The size of the smallest record of this type.</param>
    /// <param name="action">Receives each record.</param>
    /// <returns>The number of records.</returns>
    /// <exception cref="Hdf5Exception">The tree is corrupt.</exception>
    internal static long Read(Traversal traversal, long address, byte type, int fewestBytes, RecordAction action)
    {
        ForeignBytes file = traversal.File;
        int headerBytes = 16 + file.AddressBytes + 2 + file.LengthBytes + Traversal.ChecksumBytes;
        StructureReader reader = traversal.Fields(traversal.ReadChecked(address, headerBytes, HeaderStructure), HeaderStructure, address);
        reader.Signature("BTHD"u8);
        reader.Expect(0, "version");
        if (reader.Byte() is var found && found != type)
            throw reader.Invalid($"records of type {found}, expected {type}");
        (long nodeBytes, int recordBytes, int depth) = (reader.UInt32(), reader.UInt16(), reader.UInt16());
        _ = reader.Take(2); // the thresholds for splitting and merging nodes
        if (depth > MaxDepth || recordBytes < fewestBytes || nodeBytes < NodePrefixBytes + recordBytes + Traversal.ChecksumBytes)
            throw reader.Invalid($"records of {recordBytes} bytes in nodes of {nodeBytes} bytes at depth {depth}");
        (long root, int rootRecords, long total) = (reader.Address(file.AddressBytes), reader.UInt16(), reader.Unsigned(file.LengthBytes));
        Span<long> most = stackalloc long[depth + 1], pointers = stackalloc long[depth + 1];
        if (!Measure(file.AddressBytes, nodeBytes, recordBytes, most, pointers))
            throw reader.Invalid($"nodes of {nodeBytes} bytes are too small for depth {depth}");
        RecordTree tree = new(traversal, action, type, recordBytes, nodeBytes, most, pointers);
        if (root is not FileBytes.Undefined)
            tree.ReadNode(root, rootRecords, depth);
        return tree.found == total ? total : throw reader.Invalid($"expected {total} records, found {tree.found}");
    }

    /// <summary>Computes the most records of a node, and the size of a pointer to a child, for each depth.</summary>
    private static bool Measure(int addressBytes, long nodeBytes, int recordBytes, Span<long> mostRecords, Span<long> pointerBytes)
    {
        long usable = nodeBytes - NodePrefixBytes - Traversal.ChecksumBytes;
        mostRecords[0] = usable / recordBytes;
        Int128 below = mostRecords[0];
        for (int depth = 1; depth < mostRecords.Length; depth++)
        {
            pointerBytes[depth] = addressBytes + BytesFor(mostRecords[0]) + (depth > 1 ? BytesFor(below) : 0);
            mostRecords[depth] = (usable - pointerBytes[depth]) / (recordBytes + pointerBytes[depth]);
            below = ((mostRecords[depth] + 1) * below) + mostRecords[depth];
            if (mostRecords[depth] < 1 || below > long.MaxValue)
                return false;
        }
        return true;
    }

    private static int BytesFor(Int128 number) => ((int)Int128.Log2(number) / 8) + 1;

    private void ReadNode(long address, int count, int depth)
    {
        if (count > mostRecords[depth])
            throw traversal.File.Invalid(NodeStructure, address, traversal.Item, $"{count} records at depth {depth}, expected at most "
                + $"{mostRecords[depth]} in {nodeBytes} bytes");
        long bytes = NodePrefixBytes + (count * (long)recordBytes) + (depth > 0 ? (count + 1) * pointerBytes[depth] : 0)
            + Traversal.ChecksumBytes;
        ReadOnlyMemory<byte> node = traversal.ReadChecked(address, bytes, NodeStructure);
        StructureReader reader = traversal.Fields(node, NodeStructure, address);
        reader.Signature(depth > 0 ? "BTIN"u8 : "BTLF"u8);
        reader.Expect(0, "version");
        if (reader.Byte() != type)
            throw reader.Invalid("its records have another type than those of the tree");
        ReadOnlySpan<byte> records = reader.Take(count * recordBytes);
        for (int i = 0; i <= count; i++)
        {
            if (depth > 0)
            {
                long child = reader.Address(traversal.File.AddressBytes);
                int childRecords = (int)Math.Min(reader.Unsigned(BytesFor(mostRecords[0])), int.MaxValue);
                _ = reader.Take(pointerBytes[depth] - traversal.File.AddressBytes - BytesFor(mostRecords[0])); // all records below it
                ReadNode(child, childRecords, depth - 1);
            }
            if (i == count)
                break;
            action(records.Slice(i * recordBytes, recordBytes), address);
            found++;
        }
    }
}
