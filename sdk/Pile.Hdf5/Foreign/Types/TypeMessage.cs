namespace Pile.Hdf5;

/// <summary>Reads datatype messages.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.d (datatype, versions 1 to 4).</remarks>
internal static class TypeMessage
{
    private const int MaxVersion = 4, MaxDepth = 32, MaxDimensions = 32;
    private const uint BigEndian = 1, Vax = 64, Signed = 8, KindBits = 15, CharacterSetShift = 8;
    private const string Structure = "datatype";

    /// <summary>Reads a type.</summary>
    /// <exception cref="Hdf5Exception">The type is corrupt, or of an unknown class or version.</exception>
    internal static ForeignType Read(ForeignBytes file, ObjectMessages.Message message, string? item)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        return Read(ref reader, file, depth: 0);
    }

    /// <summary>Reads a type that is part of a message.</summary>
    internal static ForeignType Read(ref StructureReader reader, ForeignBytes file, int depth)
    {
        byte classAndVersion = reader.Byte();
        (int version, ForeignTypeKind kind) = (classAndVersion >> 4, (ForeignTypeKind)(classAndVersion & KindBits));
        uint flags = reader.Number(3);
        uint bytes = reader.UInt32();
        if (version is 0 or > MaxVersion)
            throw reader.Unsupported($"version {version} of class {(int)kind}");
        if (bytes is 0 or > int.MaxValue || depth > MaxDepth)
            throw reader.Invalid($"elements of {bytes} bytes at depth {depth}");
        int size = (int)bytes;
        switch (kind)
        {
            case ForeignTypeKind.Integer or ForeignTypeKind.BitField:
                return Integer(ref reader, kind, size, flags);
            case ForeignTypeKind.Float:
                return FloatType.Read(ref reader, size, (flags & BigEndian) is not 0, (flags & Vax) is not 0);
            case ForeignTypeKind.Time:
                _ = reader.Take(2); // the precision
                return new() { Kind = kind, Bytes = size, Obstacle = "times have no defined meaning in HDF5" };
            case ForeignTypeKind.Text:
                return new()
                {
                    Kind = kind,
                    Bytes = size,
                    IsUtf8 = (flags >> 4 & KindBits) is 1,
                    Padding = (flags & KindBits) is 2 ? ' ' : '\0',
                    IsTerminated = (flags & KindBits) is 0
                };
            case ForeignTypeKind.Opaque:
                return new() { Kind = kind, Bytes = size, Tag = ForeignName.Decode(reader.Take(flags & 255).TrimEnd((byte)0)) };
            case ForeignTypeKind.Compound:
                return CompoundType.Read(ref reader, file, version, size, (int)(flags & ushort.MaxValue), depth);
            case ForeignTypeKind.Reference:
                return new() { Kind = kind, Bytes = size, Obstacle = "references to objects and regions have no meaning outside the file" };
            case ForeignTypeKind.Enumeration:
                return Enumeration(ref reader, file, version, size, (int)(flags & ushort.MaxValue), depth);
            case ForeignTypeKind.Sequence:
                return Sequence(ref reader, file, size, flags, depth);
            case ForeignTypeKind.Array:
                return Array(ref reader, file, version, size, depth);
            default:
                throw reader.Unsupported($"the class {(int)kind}");
        }
    }

    /// <summary>Creates an array of a type; old compounds have arrays as members without an array type.</summary>
    internal static ForeignType ArrayOf(ForeignType element, int[] dimensions, int size, in StructureReader reader)
    {
        Int128 count = 1;
        foreach (int length in dimensions)
            count = length > 0 && count * length <= size ? count * length : throw reader.Invalid($"an array "
                + $"[{string.Join(", ", dimensions)}] in {size} bytes");
        return count * element.Bytes == size
            ? new()
            {
                Kind = ForeignTypeKind.Array,
                Bytes = size,
                Base = element,
                Dimensions = dimensions,
                IsConverted = element.IsConverted,
                Obstacle = element.IsVariable ? "arrays of elements of variable length are not read" : element.Obstacle,
            }
            : throw reader.Invalid($"an array [{string.Join(", ", dimensions)}] of elements of {element.Bytes} bytes in {size} bytes");
    }

    private static ForeignType Integer(ref StructureReader reader, ForeignTypeKind kind, int size, uint flags)
    {
        (int offset, int precision) = (reader.UInt16(), reader.UInt16());
        bool isBig = (flags & BigEndian) is not 0, isRead = offset is 0 && precision == 8 * size && size <= 8;
        return new()
        {
            Kind = kind,
            Bytes = size,
            IsBigEndian = isBig,
            IsSigned = kind is ForeignTypeKind.Integer && (flags & Signed) is not 0,
            IsConverted = isBig && size > 1,
            Obstacle = isRead ? null : $"integers with {precision} significant bits at bit {offset} of {size} bytes are not read",
        };
    }

    private static ForeignType Enumeration(ref StructureReader reader, ForeignBytes file, int version, int size, int count, int depth)
    {
        ForeignType values = Read(ref reader, file, depth + 1);
        if (values.Kind is not ForeignTypeKind.Integer || values.Bytes != size)
            throw reader.Invalid($"an enumeration of {size} bytes with values of type {values}");
        string[] names = new string[count];
        for (int i = 0; i < count; i++)
            names[i] = CompoundType.Name(ref reader, isPadded: version < 3);
        (string, ReadOnlyMemory<byte>)[] members = new (string, ReadOnlyMemory<byte>)[count];
        for (int i = 0; i < count; i++)
            members[i] = (names[i], reader.Take(size).ToArray());
        return new()
        {
            Kind = ForeignTypeKind.Enumeration,
            Bytes = size,
            Base = values,
            Names = members,
            IsBigEndian = values.IsBigEndian,
            IsSigned = values.IsSigned,
            IsConverted = values.IsConverted,
            Obstacle = values.Obstacle,
        };
    }

    private static ForeignType Sequence(ref StructureReader reader, ForeignBytes file, int size, uint flags, int depth)
    {
        ForeignType element = Read(ref reader, file, depth + 1);
        bool isText = (flags & KindBits) is 1;
        int expected = 4 + file.AddressBytes + 4;
        if ((flags & KindBits) > 1 || size != expected)
            throw reader.Invalid($"a sequence of kind {flags & KindBits} with references of {size} bytes, expected {expected}");
        return new()
        {
            Kind = isText ? ForeignTypeKind.VariableText : ForeignTypeKind.Sequence,
            Bytes = size,
            Base = element,
            IsUtf8 = isText && (flags >> (int)CharacterSetShift & KindBits) is 1,
            Obstacle = "elements of variable length are read as sequences",
        };
    }

    private static ForeignType Array(ref StructureReader reader, ForeignBytes file, int version, int size, int depth)
    {
        int rank = reader.Byte();
        if (rank is 0 or > MaxDimensions)
            throw reader.Invalid($"an array of {rank} dimensions");
        _ = reader.Take(version < 3 ? 3 : 0);
        int[] dimensions = new int[rank];
        for (int axis = 0; axis < rank; axis++)
            dimensions[axis] = (int)Math.Min(reader.UInt32(), int.MaxValue);
        _ = reader.Take(version < 3 ? 4 * rank : 0); // permutations, which are never used
        return ArrayOf(Read(ref reader, file, depth + 1), dimensions, size, in reader);
    }
}
