using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>The version-2 B-tree of the links in a fractal heap, sorted by the hash of their names.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", III.A.2 (B-tree, version 2; record type 5).</remarks>
internal sealed class NameIndex
{
    private const int HeaderBytes = 38, NodeBytes = 512, RecordBytes = 11, NodePrefixBytes = 6, ChecksumBytes = 4, MaxDepth = 8;
    private const int LeafRecords = (NodeBytes - NodePrefixBytes - ChecksumBytes) / RecordBytes;
    private const byte RecordType = 5;
    private const string HeaderStructure = "index of link names", NodeStructure = "node of the index of link names";
    private readonly FileBytes file;
    private readonly List<(uint Hash, ReadOnlyMemory<byte> HeapId)> records = [];

    private NameIndex(FileBytes file) => this.file = file;

    /// <summary>Reads all records.</summary>
    /// <returns>The hash of each name, and the id of its link in the heap.</returns>
    internal static IReadOnlyList<(uint Hash, ReadOnlyMemory<byte> HeapId)> Read(FileBytes file, long address)
    {
        byte[] header = file.Read(address, HeaderBytes, HeaderStructure, null);
        StructureReader reader = new(header, file, HeaderStructure, address, null);
        CheckChecksum(reader, header);
        reader.Signature("BTHD"u8);
        reader.Expect(0, "version");
        reader.Expect(RecordType, "record type");
        if (reader.UInt32() is not NodeBytes || reader.UInt16() is not RecordBytes)
            throw reader.Unsupported($"sizes other than nodes of {NodeBytes} bytes and records of {RecordBytes} bytes");
        int depth = reader.UInt16();
        if (depth > MaxDepth)
            throw reader.Invalid($"a depth of {depth}, expected at most {MaxDepth}");
        _ = reader.Take(2); // the thresholds for splitting and merging nodes
        (long root, int count, long total) = (reader.Int64(), reader.UInt16(), reader.Int64());
        NameIndex index = new(file);
        if (root is not FileBytes.Undefined)
            index.ReadNode(root, count, depth);
        return index.records.Count == total ? index.records
            : throw reader.Invalid($"expected {total} records, found {index.records.Count}");
    }

    private void ReadNode(long address, int count, int depth)
    {
        int pointerBytes = depth > 0 ? PointerBytes(depth) : 0;
        long bytes = NodePrefixBytes + (count * RecordBytes) + (depth > 0 ? (count + 1) * pointerBytes : 0) + ChecksumBytes;
        if (bytes > NodeBytes)
            throw file.Invalid(NodeStructure, address, null, $"{count} records do not fit in a node of {NodeBytes} bytes");
        byte[] node = file.Read(address, bytes, NodeStructure, null);
        StructureReader reader = new(node, file, NodeStructure, address, null);
        CheckChecksum(reader, node);
        reader.Signature(depth > 0 ? "BTIN"u8 : "BTLF"u8);
        reader.Expect(0, "version");
        reader.Expect(RecordType, "record type");
        for (int i = 0; i < count; i++)
        {
            int offset = NodePrefixBytes + (i * RecordBytes);
            uint hash = reader.UInt32();
            _ = reader.Take(RecordBytes - 4);
            records.Add((hash, node.AsMemory(offset + 4, RecordBytes - 4)));
        }
        for (int i = 0; depth > 0 && i <= count; i++)
        {
            (long child, int childRecords) = (reader.Int64(), reader.Byte());
            _ = reader.Take(pointerBytes - 9); // the number of records below the child
            ReadNode(child, childRecords, depth - 1);
        }
    }

    /// <summary>Returns the size of a pointer to a child: its address, its number
    /// of records, and above depth 1 the number of records below it.</summary>
    private static int PointerBytes(int depth)
    {
        long below = LeafRecords;
        int pointer = 9;
        for (int level = 1; level < depth; level++)
        {
            long most = (NodeBytes - NodePrefixBytes - ChecksumBytes - pointer) / (RecordBytes + pointer);
            below = ((most + 1) * below) + most;
            pointer = 9 + (System.Numerics.BitOperations.Log2((ulong)below) / 8) + 1;
        }
        return pointer;
    }

    private static void CheckChecksum(StructureReader reader, byte[] content)
    {
        if (Lookup3.Compute(content.AsSpan(..^ChecksumBytes)) != BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(^ChecksumBytes..)))
            throw reader.Invalid("it does not match its checksum");
    }
}
