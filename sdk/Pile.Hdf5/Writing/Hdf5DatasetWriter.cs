using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>Writes one dataset of an <see cref="Hdf5Writer"/>.</summary>
internal sealed class Hdf5DatasetWriter
{
    private const int Deflate = 1, Shuffle = 2, DeflateLevel = 1;
    private const int EarlyAllocation = 1, IncrementalAllocation = 3, FillIfSet = 2;

    private readonly Hdf5Writer file;
    private readonly string name;
    private readonly byte[] type;
    private readonly long[] shape, chunkShape;
    private readonly PieceCodec codec;
    private readonly ChunkTreeBytes? chunks;
    private readonly long address, bytes;

    /// <summary>Creates a contiguous dataset, with space in the file, or one of chunks.</summary>
    internal Hdf5DatasetWriter(Hdf5Writer file, string name, DType dtype, byte[] type, long[] shape, long[] chunkShape, PieceCodec codec,
        GlobalHeapBytes texts)
    {
        (this.file, this.name, this.type, this.shape, this.chunkShape, this.codec) = (file, name, type, shape, chunkShape, codec);
        (DType, ElementBytes) = (dtype, Hdf5ElementType.BytesOf(type));
        Attributes = new(file.Path, name, texts);
        if (chunkShape.Length > 0)
            chunks = new(shape, chunkShape, ElementBytes);
        else
        {
            bytes = shape.Aggregate((long)ElementBytes, (product, length) => checked(product * length));
            address = bytes == 0 ? FileBytes.Undefined : file.Reserve(bytes);
        }
    }

    /// <summary>The dtype of the elements.</summary>
    internal DType DType { get; }

    /// <summary>The size of an element in bytes.</summary>
    internal int ElementBytes { get; }

    /// <summary>The lengths of the dimensions, rows first.</summary>
    internal IReadOnlyList<long> Shape => shape;

    /// <summary>The dataset's attributes.</summary>
    internal Hdf5AttributeWriter Attributes { get; }

    /// <summary>Writes rows of a contiguous dataset.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="elements">Complete rows, in C order.</param>
    /// <exception cref="ArgumentException">The type differs, or the rows are incomplete or out of range.</exception>
    /// <exception cref="IOException">The rows cannot be written, for example if the disk is full.</exception>
    internal void WriteRows<T>(long firstRow, ReadOnlySpan<T> elements) where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
            throw new ArgumentException($"Dataset '{name}' has the type {DType.Name()}, not {DTypes.Of<T>().Name()}.",
                nameof(elements));
        WriteRowBytes(firstRow, MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Writes rows of a contiguous dataset from their little-endian bytes: booleans as 0 and 1, texts padded with NUL.</summary>
    /// <inheritdoc cref="WriteRows{T}"/>
    internal void WriteRowBytes(long firstRow, ReadOnlySpan<byte> elements)
    {
        if (chunks is not null)
            throw new InvalidOperationException($"Dataset '{name}' is chunked. Use WriteChunk.");
        long rowBytes = shape.Skip(1).Aggregate((long)ElementBytes, (product, length) => product * length);
        long rows = rowBytes is 0 ? 0 : elements.Length / rowBytes;
        if (rows * rowBytes != elements.Length || firstRow < 0
            || (shape.Length > 0 ? firstRow + rows > shape[0] : rows != 1 || firstRow != 0))
            throw new ArgumentException($"Dataset '{name}' has the shape [{string.Join(", ", shape)}] of {ElementBytes} bytes: "
                + $"{elements.Length} bytes from row {firstRow} are not complete rows within it.", nameof(elements));
        if (rows > 0)
            file.Write(address + (firstRow * rowBytes), elements);
    }

    /// <summary>Writes one encoded chunk. Chunks are written in C order.</summary>
    /// <param name="coordinates">The coordinates of the chunk's first element: multiples of the chunk's lengths.</param>
    /// <param name="stored">The chunk after all filters except the skipped ones.</param>
    /// <param name="skippedFilters">One bit per filter, in their order, set if the filter was not applied to this chunk.</param>
    /// <exception cref="ArgumentException">There is no such chunk, or it is not after the last one.</exception>
    /// <exception cref="IOException">The chunk cannot be written, for example if the disk is full.</exception>
    internal void WriteChunk(ReadOnlySpan<long> coordinates, ReadOnlySpan<byte> stored, uint skippedFilters = 0) =>
        AddChunk(coordinates, file.Append(stored), stored.Length, skippedFilters);

    /// <summary>Adds one encoded chunk that <see cref="Hdf5Writer.Append"/> has written.</summary>
    /// <param name="coordinates">The coordinates of the chunk's first element: multiples of the chunk's lengths.</param>
    /// <param name="offset">The offset of its bytes.</param>
    /// <param name="storedBytes">Their number.</param>
    /// <param name="skippedFilters">One bit per filter, in their order, set if the filter was not applied to this chunk.</param>
    /// <exception cref="ArgumentException">There is no such chunk, or it is not after the last one.</exception>
    internal void AddChunk(ReadOnlySpan<long> coordinates, long offset, int storedBytes, uint skippedFilters = 0)
    {
        if (chunks is null || coordinates.Length != chunkShape.Length || storedBytes == 0)
            throw new ArgumentException($"The chunks of dataset '{name}' have {chunkShape.Length} dimensions: expected as many "
                + "coordinates, and at least one byte.", nameof(coordinates));
        for (int axis = 0; axis < coordinates.Length; axis++)
            if (coordinates[axis] < 0 || coordinates[axis] >= shape[axis] || coordinates[axis] % chunkShape[axis] != 0)
                throw new ArgumentException($"Dataset '{name}' has no chunk at [{string.Join(", ", coordinates.ToArray())}].",
                    nameof(coordinates));
        if (!chunks.TryAdd(coordinates, offset, storedBytes, skippedFilters))
            throw new ArgumentException($"The chunk of dataset '{name}' at [{string.Join(", ", coordinates.ToArray())}] must be after the "
                + "chunk that was written last.", nameof(coordinates));
    }

    /// <summary>Writes the structures of the dataset, and returns the address of its header.</summary>
    /// <param name="target">The structures of the file.</param>
    /// <param name="start">The address of the first structure.</param>
    /// <param name="collections">The addresses of the collections of texts.</param>
    /// <exception cref="Hdf5Exception">A structure is too large for HDF5.</exception>
    /// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2: b (dataspace), d (datatype), f (fill value, version 2),
    /// i (data layout, version 3), l (filter pipeline, version 1).</remarks>
    internal long WriteTo(StructureBytes target, long start, long[] collections)
    {
        long tree = chunks?.WriteTo(target, start) ?? 0;
        ObjectHeaderBytes header = new(file.Path, name);
        StructureBytes space = new();
        // HDF5 does not allow a chunk longer than a fixed length.
        Dataspace.Write(space, shape, [.. shape.Select((length, axis) =>
            chunkShape.Length > 0 && length < chunkShape[axis] ? FileBytes.Undefined : length)]);
        header.Add(MessageType.Dataspace, space.Span);
        header.Add(MessageType.Datatype, type, isConstant: true);
        byte allocation = chunks is null ? (byte)EarlyAllocation : (byte)IncrementalAllocation;
        header.Add(MessageType.FillValue, [2, allocation, FillIfSet, 1, 0, 0, 0, 0], isConstant: true);
        header.Add(MessageType.DataLayout, Layout(tree).Span);
        if (codec != PieceCodec.None)
            header.Add(MessageType.FilterPipeline, Filters().Span, isConstant: true);
        Attributes.WriteTo(header, collections);
        long at = start + target.Count;
        header.WriteTo(target);
        return at;
    }

    private StructureBytes Layout(long tree)
    {
        StructureBytes layout = new();
        layout.Byte(3);
        layout.Byte(chunks is null ? 1 : 2);
        if (chunks is null)
        {
            layout.Int64(address);
            layout.Int64(bytes);
            return layout;
        }
        layout.Byte(shape.Length + 1);
        layout.Int64(tree);
        foreach (long length in chunkShape)
            layout.UInt32(length);
        layout.UInt32(ElementBytes);
        return layout;
    }

    private StructureBytes Filters()
    {
        (int Id, string Name, int Value)[] filters =
        [
            .. codec is PieceCodec.Shuffle or PieceCodec.ShuffleDeflate ? [(Shuffle, "shuffle\0", ElementBytes)] : ((int, string, int)[])[],
            .. codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate ? [(Deflate, "deflate\0", DeflateLevel)] : ((int, string, int)[])[],
        ];
        StructureBytes pipeline = new();
        pipeline.Byte(1);
        pipeline.Byte(filters.Length);
        pipeline.Zeros(6);
        foreach ((int id, string filterName, int value) in filters)
        {
            pipeline.UInt16(id);
            pipeline.UInt16(filterName.Length);
            pipeline.UInt16(1); // a chunk may skip the filter
            pipeline.UInt16(1);
            pipeline.Bytes(System.Text.Encoding.ASCII.GetBytes(filterName));
            pipeline.UInt32(value);
            pipeline.Zeros(4);
        }
        return pipeline;
    }
}
