namespace Pile.Hdf5;

/// <summary>The storage of a dataset's elements: contiguous, or in chunks with an index.</summary>
/// <param name="Address">The address of the elements, or of the root of the chunk index; undefined if there are no elements.</param>
/// <param name="Bytes">The size of all elements; 0 for chunks.</param>
/// <param name="ChunkShape">The shape of a chunk; empty for contiguous elements.</param>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.i (data layout, version 3).</remarks>
internal sealed record DataLayout(long Address, long Bytes, long[] ChunkShape)
{
    private const string Structure = "data layout";

    /// <summary>Reads the layout of a dataset of known shape and type.</summary>
    internal static DataLayout Read(ObjectHeader.Message message, FileBytes file, long[] shape, Hdf5ElementType type, string item)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        reader.Expect(3, "version");
        return reader.Byte() switch
        {
            1 => Contiguous(reader, shape, type),
            2 => Chunked(reader, shape, type),
            0 => throw reader.Unsupported("a compact layout, expected contiguous or chunked"),
            var other => throw reader.Unsupported($"the layout class {other}, expected contiguous or chunked"),
        };
    }

    private static DataLayout Contiguous(StructureReader reader, long[] shape, Hdf5ElementType type)
    {
        (long address, long bytes) = (reader.Int64(), reader.Int64());
        Int128 expected = shape.Contains(0) ? 0 : shape.Aggregate((Int128)type.StoredBytes, (product, length) => product * length);
        if (bytes != expected)
            throw reader.Invalid($"{bytes} bytes, expected {expected} for the shape [{string.Join(", ", shape)}]");
        return bytes is 0 || address is not FileBytes.Undefined ? new(address, bytes, [])
            : throw reader.Invalid("its elements were never written");
    }

    private static DataLayout Chunked(StructureReader reader, long[] shape, Hdf5ElementType type)
    {
        int lengths = reader.Byte();
        if (shape.Length is 0 || lengths != shape.Length + 1)
            throw reader.Invalid($"chunks of {lengths - 1} dimensions, expected {shape.Length}");
        long address = reader.Int64();
        long[] chunk = new long[shape.Length];
        Int128 bytes = type.StoredBytes;
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            chunk[axis] = reader.UInt32() is > 0 and var length ? length : throw reader.Invalid("a chunk without elements");
            bytes *= chunk[axis];
            if (bytes > int.MaxValue)
                throw reader.Invalid($"chunks of {bytes} bytes or more, expected at most {int.MaxValue}");
        }
        return reader.UInt32() is var stored && stored == type.StoredBytes ? new(address, 0, chunk)
            : throw reader.Invalid($"elements of {stored} bytes, expected {type.StoredBytes}");
    }
}
