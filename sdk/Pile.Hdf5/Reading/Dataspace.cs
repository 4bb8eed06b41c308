namespace Pile.Hdf5;

/// <summary>The shape of a dataset or attribute: a version-1 dataspace.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.b.</remarks>
internal static class Dataspace
{
    /// <summary>The maximum number of dimensions in HDF5.</summary>
    internal const int MaxDimensions = 32;

    private const byte HasMaximums = 1;
    private const string Structure = "dataspace";

    /// <summary>Reads the lengths of the dimensions; empty for a scalar.</summary>
    internal static long[] Read(ReadOnlySpan<byte> content, FileBytes file, long address, string? item)
    {
        StructureReader reader = new(content, file, Structure, address, item);
        reader.Expect(1, "version");
        (int rank, byte flags) = (reader.Byte(), reader.Byte());
        if (rank > MaxDimensions || (flags & ~HasMaximums) is not 0)
            throw reader.Unsupported($"{rank} dimensions with flags {flags}");
        _ = reader.Take(5);
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
            shape[axis] = reader.Int64() is >= 0 and var length ? length : throw reader.Invalid($"a negative length of dimension {axis}");
        for (int axis = 0; axis < rank && (flags & HasMaximums) is not 0; axis++)
            if (reader.Int64() is var most && most is not FileBytes.Undefined && most < shape[axis])
                throw reader.Invalid($"dimension {axis} has length {shape[axis]}, above its maximum {most}");
        _ = Elements(shape, in reader);
        return shape;
    }

    /// <summary>Writes the lengths of the dimensions, none for a scalar, and their maximums; <see cref="FileBytes.Undefined"/> for an
    /// extendible dimension.</summary>
    internal static void Write(StructureBytes target, ReadOnlySpan<long> shape, ReadOnlySpan<long> maximums)
    {
        target.Byte(1);
        target.Byte(shape.Length);
        target.Byte(shape.IsEmpty ? 0 : HasMaximums);
        target.Zeros(5);
        foreach (long length in shape)
            target.Int64(length);
        foreach (long most in maximums)
            target.Int64(most);
    }

    /// <summary>Multiplies the lengths.</summary>
    private static long Elements(ReadOnlySpan<long> shape, in StructureReader reader)
    {
        if (shape.Contains(0))
            return 0;
        long count = 1;
        foreach (long length in shape)
            count = Math.BigMul(count, length, out long low) is 0 && low >= 0 ? low
                : throw reader.Invalid($"the shape [{string.Join(", ", shape.ToArray())}] has more elements than a file can store");
        return count;
    }
}
