namespace Pile.Hdf5;

/// <summary>Reads the version-2 B-tree of a dataset's chunks.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.A.2 (record types 10 and 11), VII.E.</remarks>
internal static class ChunkRecords
{
    private const byte PlainRecord = 10, FilteredRecord = 11;
    private const string Structure = "B-tree of the chunks";

    /// <summary>Adds all chunks.</summary>
    /// <exception cref="Hdf5Exception">The tree is corrupt.</exception>
    internal static void Read(Traversal traversal, ChunkTable table)
    {
        ForeignBytes file = traversal.File;
        bool isFiltered = table.Dataset.Filters.Count > 0;
        int rank = table.Grid.Rank, plainBytes = file.AddressBytes + (8 * rank), fewestBytes = plainBytes + (isFiltered ? 5 : 0);
        long[] position = new long[rank];
        _ = RecordTree.Read(traversal, table.Layout.Address, isFiltered ? FilteredRecord : PlainRecord, fewestBytes, Add);

        void Add(ReadOnlySpan<byte> record, long node)
        {
            StructureReader reader = traversal.Fields(default, Structure, node);
            if (record.Length > plainBytes + 12 || (!isFiltered && record.Length != plainBytes))
                throw reader.Invalid($"records of {record.Length} bytes");
            reader = new(record, file, Structure, node, traversal.Item);
            long address = reader.Address(file.AddressBytes), bytes = table.Dataset.ChunkBytes;
            uint skipped = uint.MaxValue;
            if (isFiltered)
                (bytes, skipped) = (reader.Unsigned(record.Length - plainBytes - 4), reader.UInt32());
            for (int axis = 0; axis < rank; axis++)
                position[axis] = reader.Unsigned(8);
            table.CheckOrder(position, isChunk: true, node);
            table.Add(position, address, bytes, skipped, node);
        }
    }
}
