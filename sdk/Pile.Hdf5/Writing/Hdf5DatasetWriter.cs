using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Writes one dataset of an <see cref="Hdf5Writer"/>, which closes it.</summary>
internal sealed class Hdf5DatasetWriter : IDisposable
{
    private readonly DatasetHandle handle;
    private readonly TypeHandle elementType;
    private readonly Hdf5Location location;
    private readonly long[] chunkShape;

    internal Hdf5DatasetWriter(DatasetHandle handle, TypeHandle elementType, Hdf5Location location, DType type, int stringBytes,
        long[] shape, long[] chunkShape)
    {
        (this.handle, this.elementType, this.location, this.chunkShape) = (handle, elementType, location, chunkShape);
        (DType, Shape) = (type, shape);
        ElementBytes = type is DType.String ? stringBytes : type.ElementBytes();
        Attributes = new(handle, location);
    }

    /// <summary>The dtype of the elements.</summary>
    internal DType DType { get; }

    /// <summary>The size of an element in bytes.</summary>
    internal int ElementBytes { get; }

    /// <summary>The lengths of the dimensions, rows first.</summary>
    internal IReadOnlyList<long> Shape { get; }

    /// <summary>The dataset's attributes.</summary>
    internal Hdf5AttributeWriter Attributes { get; }

    /// <summary>Writes rows of a contiguous dataset.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="elements">Complete rows, in C order.</param>
    /// <exception cref="ArgumentException">The type differs, or the rows are incomplete or out of range.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error, for example if the disk is full.</exception>
    internal void WriteRows<T>(long firstRow, ReadOnlySpan<T> elements) where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
            throw new ArgumentException($"Dataset '{location.Item}' has the type {DType.Name()}, not {DTypes.Of<T>().Name()}.",
                nameof(elements));
        WriteRowBytes(firstRow, MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Writes rows of a contiguous dataset from their little-endian bytes: booleans as 0 and 1, texts padded with NUL.</summary>
    /// <inheritdoc cref="WriteRows{T}"/>
    internal void WriteRowBytes(long firstRow, ReadOnlySpan<byte> elements)
    {
        if (chunkShape.Length > 0)
            throw new InvalidOperationException($"Dataset '{location.Item}' is chunked. Use WriteChunk.");
        ulong[] count = [.. Shape.Select(length => (ulong)length)];
        long rowBytes = Shape.Skip(1).Aggregate((long)ElementBytes, (product, length) => product * length);
        long rows = rowBytes is 0 ? 0 : elements.Length / rowBytes;
        if (rows * rowBytes != elements.Length || firstRow < 0
            || (Shape.Count > 0 ? firstRow + rows > Shape[0] : rows != 1 || firstRow != 0))
            throw new ArgumentException($"Dataset '{location.Item}' has the shape [{string.Join(", ", Shape)}] of {ElementBytes} bytes: "
                + $"{elements.Length} bytes from row {firstRow} are not complete rows within it.", nameof(elements));
        if (rows is 0)
            return;
        using (Hdf5Library.Enter())
        {
            if (Shape.Count is 0 || rows == Shape[0])
            {
                location.Check(Hdf5Native.WriteAll(handle, elementType, 0, 0, 0, elements), "writing rows");
                return;
            }
            count[0] = (ulong)rows;
            using SpaceHandle memory = location.Check(Hdf5Native.CreateSpace(count.Length, count, []), "selecting rows");
            using SpaceHandle disk = location.Check(Hdf5Native.GetSpace(handle), "selecting rows");
            ulong[] start = new ulong[count.Length];
            start[0] = (ulong)firstRow;
            location.Check(Hdf5Native.SelectHyperslab(disk, 0, start, 0, count, 0), "selecting rows");
            location.Check(Hdf5Native.Write(handle, elementType, memory, disk, 0, elements), "writing rows");
        }
    }

    /// <summary>Writes one encoded chunk.</summary>
    /// <param name="coordinates">The coordinates of the chunk's first element: multiples of the chunk's lengths.</param>
    /// <param name="stored">The chunk after all filters except the skipped ones.</param>
    /// <param name="skippedFilters">One bit per filter, in their order, set if the filter was not applied to this chunk.</param>
    /// <exception cref="ArgumentException">There is no such chunk.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error, for example if the disk is full.</exception>
    internal void WriteChunk(ReadOnlySpan<long> coordinates, ReadOnlySpan<byte> stored, uint skippedFilters = 0)
    {
        if (coordinates.Length != chunkShape.Length || stored.IsEmpty)
            throw new ArgumentException($"The chunks of dataset '{location.Item}' have {chunkShape.Length} dimensions: expected as many "
                + "coordinates, and at least one byte.", nameof(coordinates));
        Span<ulong> first = stackalloc ulong[coordinates.Length];
        for (int i = 0; i < first.Length; i++)
        {
            if (coordinates[i] < 0 || coordinates[i] >= Shape[i] || coordinates[i] % chunkShape[i] != 0)
                throw new ArgumentException($"Dataset '{location.Item}' has no chunk at [{string.Join(", ", coordinates.ToArray())}].",
                    nameof(coordinates));
            first[i] = (ulong)coordinates[i];
        }
        using (Hdf5Library.Enter())
            location.Check(Hdf5Native.WriteChunk(handle, 0, skippedFilters, first, (nuint)stored.Length, stored), "writing a chunk");
    }

    /// <summary>Closes the dataset and throws if that fails.</summary>
    internal void Close()
    {
        elementType.Dispose();
        if (!handle.IsClosed)
            location.Check(handle.CloseChecked(), "closing the dataset");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        elementType.Dispose();
        handle.Dispose();
    }
}
