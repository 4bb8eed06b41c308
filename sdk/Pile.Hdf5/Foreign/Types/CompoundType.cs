namespace Pile.Hdf5;

/// <summary>Reads compound types.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.d (class 6, versions 1 to 3).</remarks>
internal static class CompoundType
{
    private const int OldDimensions = 4;

    /// <summary>Reads the members.</summary>
    /// <exception cref="Hdf5Exception">A member exceeds the compound or overlaps another one.</exception>
    internal static ForeignType Read(ref StructureReader reader, ForeignBytes file, int version, int size, int count, int depth)
    {
        if (count is 0)
            throw reader.Invalid("a compound without members");
        int offsetBytes = version < 3 ? 4 : (System.Numerics.BitOperations.Log2((uint)size) / 8) + 1;
        ForeignMember[] members = new ForeignMember[count];
        for (int i = 0; i < count; i++)
        {
            string name = Name(ref reader, isPadded: version < 3);
            uint offset = reader.Number(offsetBytes);
            int[] dimensions = version is 1 ? Dimensions(ref reader) : [];
            ForeignType type = TypeMessage.Read(ref reader, file, depth + 1);
            if (dimensions.Length > 0)
                type = TypeMessage.ArrayOf(type, dimensions, (int)dimensions.Aggregate((long)type.Bytes, (a, b) => Math.Min(a * b,
                    int.MaxValue)), in reader);
            members[i] = offset <= size - type.Bytes ? new(name, (int)offset, type)
                : throw reader.Invalid($"the member '{name}' of {type.Bytes} bytes at {offset} exceeds the {size} bytes of the compound");
        }
        Array.Sort(members, (a, b) => a.Offset.CompareTo(b.Offset));
        int used = members[0].Type.Bytes;
        bool isConverted = members[0].Type.IsConverted;
        for (int i = 1; i < count; i++)
        {
            if (members[i].Offset < members[i - 1].Offset + members[i - 1].Type.Bytes)
                throw reader.Invalid($"the members '{members[i - 1].Name}' and '{members[i].Name}' overlap");
            used += members[i].Type.Bytes;
            isConverted |= members[i].Type.IsConverted;
        }
        ForeignMember? obstacle = members.FirstOrDefault(member => member.Type.Obstacle is not null);
        return new()
        {
            Kind = ForeignTypeKind.Compound,
            Bytes = size,
            Members = members,
            IsConverted = isConverted || used < size,
            Obstacle = obstacle is null ? null : $"its member '{obstacle.Name}' is of type {obstacle.Type}: "
                + (obstacle.Type.IsVariable ? "elements of variable length are not read in compounds" : obstacle.Type.Obstacle),
        };
    }

    /// <summary>Reads a name that ends with NUL.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="isPadded">True if its size is a multiple of 8 bytes.</param>
    internal static string Name(ref StructureReader reader, bool isPadded)
    {
        StructureReader rest = reader;
        ReadOnlySpan<byte> all = rest.Take(rest.Remaining);
        int length = all.IndexOf((byte)0);
        if (length < 0)
            throw reader.Invalid("a name without an end");
        _ = reader.Take(isPadded ? (length + 8) / 8 * 8 : length + 1);
        return ForeignName.Decode(all[..length]);
    }

    /// <summary>Reads the dimensions of a member of version 1, which is an array if there are any.</summary>
    private static int[] Dimensions(ref StructureReader reader)
    {
        int rank = reader.Byte();
        if (rank > OldDimensions)
            throw reader.Invalid($"a member of {rank} dimensions, expected at most {OldDimensions}");
        _ = reader.Take(3 + 4 + 4); // reserved bytes, and permutations, which are never used
        int[] dimensions = new int[OldDimensions];
        for (int axis = 0; axis < OldDimensions; axis++)
            dimensions[axis] = (int)Math.Min(reader.UInt32(), int.MaxValue);
        return dimensions[..rank];
    }
}
