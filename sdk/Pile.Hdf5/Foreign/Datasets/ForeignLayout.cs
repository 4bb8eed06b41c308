namespace Pile.Hdf5;

/// <summary>The layout of a dataset.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.i (data layout, versions 1 to 4), and Version 4.0 for version 5,
/// which differs from 4 in the sizes of fields of the chunk index only.</remarks>
internal sealed record ForeignLayout
{
    private const byte LeavesEdges = 1, IsSingleFiltered = 2;
    private const string Structure = "data layout";

    /// <summary>The kind of storage.</summary>
    internal required ForeignStorage Storage { get; init; }

    /// <summary>The address of the values or of the chunk index; undefined if nothing was written.</summary>
    internal required long Address { get; init; }

    /// <summary>The size of compact or contiguous values; -1 if it is not stored.</summary>
    internal long Bytes { get; init; } = -1;

    /// <summary>The shape of a chunk; empty without chunks.</summary>
    internal long[] ChunkShape { get; init; } = [];

    /// <summary>The kind of the chunk index.</summary>
    internal ForeignChunkIndex Index { get; init; }

    /// <summary>True if chunks that exceed the shape are stored without filters.</summary>
    internal bool LeavesEdgesUnfiltered { get; init; }

    /// <summary>The size of a single chunk with filters; -1 without filters.</summary>
    internal long SingleBytes { get; init; } = -1;

    /// <summary>The filters that a single chunk skipped.</summary>
    internal uint SingleMask { get; init; }

    /// <summary>Reads the layout of a dataset with elements of a known size.</summary>
    /// <exception cref="Hdf5Exception">The layout is corrupt, or does not fit the dataset.</exception>
    internal static ForeignLayout Read(ForeignBytes file, ObjectMessages.Message message, ForeignSpace space, ForeignType type,
        string? item)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        byte version = reader.Byte();
        return version switch
        {
            1 or 2 => ReadOld(file, reader, message, space, type),
            3 or 4 or 5 => ReadNew(file, reader, message, version, space, type),
            _ => throw reader.Unsupported($"version {version}"),
        };
    }

    private static ForeignLayout ReadOld(ForeignBytes file, StructureReader reader, ObjectMessages.Message message, ForeignSpace space,
        ForeignType type)
    {
        (int rank, byte kind) = (reader.Byte(), reader.Byte());
        _ = reader.Take(5);
        long address = kind is 0 ? FileBytes.Undefined : reader.Address(file.AddressBytes);
        switch (kind)
        {
            case 2:
                return new() { Storage = ForeignStorage.Chunked, Address = address, ChunkShape = Chunks(ref reader, rank, 4, space, type) };
            case 1:
                return new() { Storage = ForeignStorage.Contiguous, Address = address };
            case 0:
                _ = reader.Take(4 * rank); // the lengths of the dimensions
                uint bytes = reader.UInt32();
                return Compact(reader, message, bytes);
            default:
                throw reader.Invalid($"the unknown class {kind}");
        }
    }

    private static ForeignLayout ReadNew(ForeignBytes file, StructureReader reader, ObjectMessages.Message message, byte version,
        ForeignSpace space, ForeignType type)
    {
        byte kind = reader.Byte();
        switch (kind)
        {
            case 0:
                int bytes = reader.UInt16();
                return Compact(reader, message, bytes);
            case 1:
                return new()
                {
                    Storage = ForeignStorage.Contiguous,
                    Address = reader.Address(file.AddressBytes),
                    Bytes = reader.Unsigned(file.LengthBytes),
                };
            case 2 when version is 3:
                int rank = reader.Byte();
                long address = reader.Address(file.AddressBytes);
                return new() { Storage = ForeignStorage.Chunked, Address = address, ChunkShape = Chunks(ref reader, rank, 4, space, type) };
            case 2:
                return ReadIndexed(file, reader, space, type);
            case 3 when version > 3:
                return new() { Storage = ForeignStorage.Virtual, Address = FileBytes.Undefined };
            default:
                throw reader.Invalid($"the unknown class {kind}");
        }
    }

    private static ForeignLayout ReadIndexed(ForeignBytes file, StructureReader reader, ForeignSpace space, ForeignType type)
    {
        (byte flags, int rank, int lengthBytes) = (reader.Byte(), reader.Byte(), reader.Byte());
        if (lengthBytes is 0 or > 8)
            throw reader.Invalid($"lengths of chunks of {lengthBytes} bytes");
        long[] chunk = Chunks(ref reader, rank, lengthBytes, space, type);
        ForeignChunkIndex index = (ForeignChunkIndex)reader.Byte();
        (long singleBytes, uint singleMask) = (-1, 0);
        switch (index)
        {
            case ForeignChunkIndex.Single when (flags & IsSingleFiltered) is not 0:
                (singleBytes, singleMask) = (reader.Unsigned(file.LengthBytes), reader.UInt32());
                break;
            case ForeignChunkIndex.Single or ForeignChunkIndex.Implicit:
                break;
            case ForeignChunkIndex.FixedArray:
                _ = reader.Take(1); // parameters, which the index itself repeats
                break;
            case ForeignChunkIndex.ExtensibleArray:
                _ = reader.Take(5);
                break;
            case ForeignChunkIndex.Tree2:
                _ = reader.Take(6);
                break;
            default:
                throw reader.Invalid($"the unknown chunk index {(int)index}");
        }
        return new()
        {
            Storage = ForeignStorage.Chunked,
            Address = reader.Address(file.AddressBytes),
            ChunkShape = chunk,
            Index = index,
            LeavesEdgesUnfiltered = (flags & LeavesEdges) is not 0,
            SingleBytes = singleBytes,
            SingleMask = singleMask,
        };
    }

    private static ForeignLayout Compact(StructureReader reader, ObjectMessages.Message message, long bytes)
    {
        long address = message.Address + message.Content.Length - reader.Remaining;
        _ = reader.Take(bytes);
        return new() { Storage = ForeignStorage.Compact, Address = address, Bytes = bytes };
    }

    /// <summary>Reads the shape of a chunk, and the size of its elements, which is stored as its last length.</summary>
    private static long[] Chunks(ref StructureReader reader, int rank, int lengthBytes, ForeignSpace space, ForeignType type)
    {
        if (rank != space.Shape.Length + 1 || rank < 2)
            throw reader.Invalid($"chunks of {rank - 1} dimensions, expected {space.Shape.Length}");
        long[] chunk = new long[rank - 1];
        Int128 bytes = type.Bytes;
        for (int axis = 0; axis < chunk.Length; axis++)
        {
            chunk[axis] = reader.Unsigned(lengthBytes) is > 0 and var length ? length : throw reader.Invalid("a chunk without elements");
            bytes *= chunk[axis];
            if (bytes > long.MaxValue)
                throw reader.Invalid($"chunks of {bytes} bytes or more");
        }
        return reader.Unsigned(lengthBytes) is var stored && stored == type.Bytes ? chunk
            : throw reader.Invalid($"elements of {stored} bytes, expected {type.Bytes}");
    }
}
