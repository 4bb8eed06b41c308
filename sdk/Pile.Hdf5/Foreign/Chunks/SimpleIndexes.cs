namespace Pile.Hdf5;

/// <summary>Chunks without a stored index: a single one, or all in a range without gaps.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", VII.A and VII.B (single chunk, implicit).</remarks>
internal static class SimpleIndexes
{
    /// <summary>Adds the only chunk.</summary>
    internal static void ReadSingle(ChunkTable table)
    {
        Span<long> position = stackalloc long[table.Grid.Rank];
        position.Clear();
        long bytes = table.Layout.SingleBytes >= 0 ? table.Layout.SingleBytes : table.FixedBytes(uint.MaxValue);
        table.Add(position, table.Layout.Address, bytes, table.Layout.SingleBytes >= 0 ? table.Layout.SingleMask : uint.MaxValue,
            table.Layout.Address);
    }

    /// <summary>Adds all chunks, which are stored in the C order of the largest shape.</summary>
    internal static void ReadImplicit(ChunkTable table)
    {
        ForeignDataset dataset = table.Dataset;
        ForeignBytes file = dataset.File;
        long address = table.Layout.Address, bytes = dataset.ChunkBytes;
        if (dataset.MaxShape.Contains(ForeignSpace.Unlimited))
            throw file.Invalid("chunk index", address, dataset.Path, "chunks without an index, but no largest shape");
        LinearChunks order = new(dataset, growingAxis: 0);
        file.Check(address, (long)Int128.Min((Int128)order.Count * bytes, long.MaxValue), "chunk", dataset.Path);
        Span<long> position = stackalloc long[table.Grid.Rank];
        for (long i = 0; i < order.Count; i++)
        {
            order.PositionOf(i, position);
            table.Add(position, address + (i * bytes), bytes, uint.MaxValue, address);
        }
    }
}
