namespace Pile.Hdf5;

/// <summary>The shape of a dataset or attribute.</summary>
/// <param name="Shape">The lengths of the dimensions; empty for a scalar or if there is no value.</param>
/// <param name="MaxShape">The lengths to which the dimensions may grow; <see cref="Unlimited"/> for no limit.</param>
/// <param name="IsNull">True if there is no value.</param>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.b (dataspace, versions 1 and 2).</remarks>
internal sealed record ForeignSpace(long[] Shape, long[] MaxShape, bool IsNull)
{
    /// <summary>The maximum length of a dimension without a limit.</summary>
    internal const long Unlimited = -1;

    private const int MaxDimensions = 32;
    private const byte HasMaximums = 1, HasPermutation = 2, Scalar = 0, Null = 2;
    private const string Structure = "dataspace";

    /// <summary>The number of elements.</summary>
    internal long Count { get; } = IsNull ? 0 : Shape.Aggregate(1L, (count, length) => count * length);

    /// <summary>Reads a shape.</summary>
    /// <exception cref="Hdf5Exception">The shape is corrupt, or has more elements than can be counted.</exception>
    internal static ForeignSpace Read(ForeignBytes file, ReadOnlySpan<byte> content, long address, string? item)
    {
        StructureReader reader = new(content, file, Structure, address, item);
        (byte version, int rank, byte flags) = (reader.Byte(), reader.Byte(), reader.Byte());
        if (version is not (1 or 2))
            throw reader.Unsupported($"version {version}");
        if (rank > MaxDimensions || (flags & HasPermutation) is not 0)
            throw reader.Invalid($"{rank} dimensions with flags {flags}");
        byte kind = version is 2 ? reader.Byte() : rank is 0 ? Scalar : (byte)1;
        _ = reader.Take(version is 1 ? 5 : 0);
        if (kind > Null || (kind is not 1 && rank > 0))
            throw reader.Invalid($"a space of kind {kind} with {rank} dimensions");
        long[] shape = new long[rank], maxShape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
            shape[axis] = maxShape[axis] = reader.Unsigned(file.LengthBytes);
        for (int axis = 0; axis < rank && (flags & HasMaximums) is not 0; axis++)
        {
            maxShape[axis] = reader.Address(file.LengthBytes);
            if (maxShape[axis] is not Unlimited && maxShape[axis] < shape[axis])
                throw reader.Invalid($"dimension {axis} has length {shape[axis]}, above its maximum {maxShape[axis]}");
        }
        Int128 count = 1;
        foreach (long length in shape)
            if (length > 0 && (count *= length) > long.MaxValue)
                throw reader.Invalid($"the shape [{string.Join(", ", shape)}] has more elements than a file can store");
        return new(shape, maxShape, kind is Null);
    }
}
