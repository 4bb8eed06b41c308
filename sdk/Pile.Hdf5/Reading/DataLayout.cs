namespace Pile.Hdf5;

/// <summary>Where a dataset's elements are: together in one place, or in chunks behind an index.</summary>
/// <param name="Address">The first byte of the elements, or the root of the chunks' index; undefined if there are no elements.</param>
/// <param name="Bytes">The bytes of all elements; 0 for chunks.</param>
/// <param name="ChunkShape">The lengths of a chunk; empty for elements in one place.</param>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.i (data layout, version 3).</remarks>
internal sealed record DataLayout(long Address, long Bytes, long[] ChunkShape)
{
    private const string Structure = "data layout";

    /// <summary>Reads the layout of a dataset with known shape and type.</summary>
    internal static DataLayout Read(ObjectHeader.Message message, FileBytes file, long[] shape, Hdf5ElementType type, string item)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        reader.Expect(3, "version");
        return reader.Byte() switch
        {
            1 => Contiguous(reader, shape, type),
            2 => Chunked(reader, shape, type),
            0 => throw reader.NotOfFormat("a compact layout, expected contiguous or chunked"),
            var other => throw reader.NotOfFormat($"the layout class {other}, expected contiguous or chunked"),
        };
    }

    private static DataLayout Contiguous(StructureReader reader, long[] shape, Hdf5ElementType type)
    {
        (long address, long bytes) = (reader.Int64(), reader.Int64());
        Int128 expected = shape.Contains(0) ? 0 : shape.Aggregate((Int128)type.StoredBytes, (product, length) => product * length);
        if (bytes != expected)
            throw reader.Found($"{bytes} bytes, expected {expected} for the shape [{string.Join(", ", shape)}]");
        return bytes is 0 || address is not FileBytes.Undefined ? new(address, bytes, [])
            : throw reader.Found("its elements were never written");
    }

    private static DataLayout Chunked(StructureReader reader, long[] shape, Hdf5ElementType type)
    {
        int lengths = reader.Byte();
        if (shape.Length is 0 || lengths != shape.Length + 1)
            throw reader.Found($"chunks of {lengths - 1} dimensions, expected {shape.Length}");
        long address = reader.Int64();
        long[] chunk = new long[shape.Length];
        Int128 bytes = type.StoredBytes;
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            chunk[axis] = reader.UInt32() is > 0 and var length ? length : throw reader.Found("a chunk without elements");
            bytes *= chunk[axis];
            if (bytes > int.MaxValue)
                throw reader.Found($"chunks of {bytes} bytes or more, expected up to {int.MaxValue}");
        }
        return reader.UInt32() is var stored && stored == type.StoredBytes ? new(address, 0, chunk)
            : throw reader.Found($"elements of {stored} bytes, expected {type.StoredBytes}");
    }
}
