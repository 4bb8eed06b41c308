using System.Runtime.InteropServices;
using System.Text.Unicode;
using Pile.Codecs;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>A dataset of an <see cref="Hdf5File"/>, valid while the file is open.</summary>
internal sealed class Hdf5Dataset
{
    private const string Structure = "dataset";
    private readonly FileBytes file;
    private readonly GlobalHeap heap;
    private readonly string name;
    private readonly ObjectHeader header;
    private readonly DataLayout layout;
    private readonly long[] shape;
    private Hdf5Attributes? attributes;
    private ChunkIndex? chunks;
    private RowChunks? rowChunks;

    internal Hdf5Dataset(FileBytes file, GlobalHeap heap, long address, string name)
    {
        (this.file, this.heap, this.name) = (file, heap, name);
        header = ObjectHeader.Read(file, address, [MessageType.Nil, MessageType.Dataspace, MessageType.Datatype, MessageType.FillValue,
            MessageType.DataLayout,
            MessageType.FilterPipeline, MessageType.Attribute, MessageType.Continuation], Path);
        ObjectHeader.Message space = header.Find(MessageType.Dataspace);
        shape = Dataspace.Read(space.Content.Span, file, space.Address, Path);
        Type = Hdf5ElementType.OfDataset(header.Find(MessageType.Datatype), file, Path);
        CheckFillValue(header.Find(MessageType.FillValue));
        layout = DataLayout.Read(header.Find(MessageType.DataLayout), file, shape, Type, Path);
        long perRow = 1;
        foreach (long length in shape.Skip(1))
            perRow = length <= int.MaxValue && perRow * length <= int.MaxValue ? perRow * length
                : throw Invalid($"rows of the shape [{string.Join(", ", shape.Skip(1))}] are too large");
        ElementsPerRow = (int)perRow;
        Codec = FilterPipeline.Read(header, file, Type, Path);
        if (IsContiguous && Codec is not PieceCodec.None)
            throw Invalid("it has filters, but no chunks");
        if (layout.Bytes > 0)
            file.Claim(layout.Address, layout.Bytes, Structure, Path);
    }

    /// <summary>The name of the dataset.</summary>
    internal string Path => name;

    /// <summary>The dtype of the elements.</summary>
    internal DType DType => Type.DType;

    /// <summary>The type of the elements, with their size in the file.</summary>
    internal Hdf5ElementType Type { get; }

    /// <summary>The lengths of the dimensions, rows first; empty for a scalar.</summary>
    internal IReadOnlyList<long> Shape => shape;

    /// <summary>The shape of a chunk; empty if there are no chunks.</summary>
    internal IReadOnlyList<long> ChunkShape => layout.ChunkShape;

    /// <summary>The size of a decoded chunk in bytes.</summary>
    internal long ChunkBytes => layout.ChunkShape.Aggregate((long)Type.StoredBytes, (product, length) => product * length);

    /// <summary>True if the elements are stored contiguously.</summary>
    internal bool IsContiguous => layout.ChunkShape.Length is 0;

    /// <summary>True if each chunk consists of whole rows, so that rows can be read one after the other.</summary>
    internal bool HasRowChunks => layout.ChunkShape.Length > 0 && layout.ChunkShape[0] <= RowCount
        && layout.ChunkShape.AsSpan(1).SequenceEqual(shape.AsSpan(1));

    /// <summary>The address of the first element, if the dataset is contiguous and not empty.</summary>
    internal long Offset => layout.Address;

    /// <summary>The codec that corresponds to the filters of the chunks.</summary>
    internal PieceCodec Codec { get; }

    /// <summary>The dataset's attributes.</summary>
    internal Hdf5Attributes Attributes => attributes ??= new(file, heap, header, Path);

    /// <summary>The length of the first dimension; 1 for a scalar.</summary>
    internal long RowCount => shape.Length > 0 ? shape[0] : 1;

    /// <summary>The number of elements per row: the product of the lengths after the first.</summary>
    internal int ElementsPerRow { get; }

    /// <summary>The size of a row in bytes.</summary>
    internal long RowBytes => (long)ElementsPerRow * Type.StoredBytes;

    /// <summary>Reads the locations of all chunks.</summary>
    /// <exception cref="Hdf5Exception">There are no chunks, or their index is corrupt or lacks one.</exception>
    internal ChunkIndex ReadChunkIndex() => chunks ??= IsContiguous ? throw Invalid("it has no chunks")
        : new(this, layout.ChunkShape, new ChunkTree(file, this, shape, layout.ChunkShape).Read(layout.Address));

    /// <summary>Reads all elements of a dataset of numbers or booleans that is contiguous or has chunks of whole rows.</summary>
    /// <exception cref="Hdf5Exception">The dataset has another type or other chunks, or a boolean is neither 0 nor 1.</exception>
    internal T[] ReadAll<T>() where T : unmanaged
    {
        CheckSize();
        if (RowCount > Array.MaxLength || RowCount * RowBytes > Array.MaxLength)
            throw Invalid($"{RowCount} rows of {RowBytes} bytes do not fit in memory at once");
        T[] values = new T[RowCount * ElementsPerRow];
        ReadRows<T>(0, RowCount, values);
        return values;
    }

    /// <summary>Reads rows of numbers or booleans.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives rows × <see cref="ElementsPerRow"/> elements in C order; must have exactly this length.</param>
    /// <exception cref="Hdf5Exception">The dataset has another type, fewer rows or other chunks, or a boolean is neither 0 nor 1.
    /// </exception>
    internal void ReadRows<T>(long firstRow, long rowCount, Span<T> destination) where T : unmanaged
    {
        if (DTypes.Of<T>() is var wanted && DType != wanted)
            throw Invalid($"expected {wanted.Name()}, found {DType.Name()}");
        ReadRowBytes(firstRow, rowCount, MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Reads rows as bytes: numbers little-endian, booleans as 0 and 1, texts as stored.</summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="destination">Receives rows × <see cref="RowBytes"/> bytes; must have exactly this length.</param>
    /// <exception cref="Hdf5Exception">The dataset has fewer rows or other chunks, or a boolean is neither 0 nor 1.</exception>
    internal void ReadRowBytes(long firstRow, long rowCount, Span<byte> destination)
    {
        CheckRows(firstRow, rowCount);
        if (destination.Length != rowCount * RowBytes)
            throw new ArgumentException($"{rowCount} rows of '{Path}' have {rowCount * RowBytes} bytes; the destination has "
                + $"{destination.Length}.", nameof(destination));
        if (destination.IsEmpty)
            return;
        if (IsContiguous)
            file.Fill(layout.Address + (firstRow * RowBytes), destination);
        else
            (rowChunks ??= new RowChunks(this, file, ReadChunkIndex().All)).Read(firstRow, rowCount, destination);
        if (DType is DType.Bool && destination.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var bad)
            throw Invalid($"the boolean {destination[bad]} in row {firstRow + (bad / RowBytes)}, expected 0 or 1");
    }

    /// <summary>Reads rows of texts, without their padding.</summary>
    /// <returns>The bytes of all texts, concatenated, the start of each, and the end of the last.</returns>
    /// <exception cref="Hdf5Exception">The dataset does not contain texts, has fewer rows or other chunks, or a text is not UTF-8.
    /// </exception>
    internal (byte[] Utf8, int[] Starts) ReadUtf8(long firstRow, long rowCount)
    {
        if (DType is not DType.String)
            throw Invalid($"expected texts, found {DType.Name()}");
        CheckRows(firstRow, rowCount);
        if (rowCount > Array.MaxLength || rowCount * RowBytes > Array.MaxLength)
            throw Invalid($"{rowCount} rows of {RowBytes} bytes do not fit in memory at once");
        byte[] texts = new byte[rowCount * RowBytes];
        ReadRowBytes(firstRow, rowCount, texts);
        int width = Type.StoredBytes, end = 0;
        int[] starts = new int[(texts.Length / width) + 1];
        for (int i = 0; i < starts.Length - 1; i++)
        {
            ReadOnlySpan<byte> text = texts.AsSpan(i * width, width).WithoutPadding();
            if (!Utf8.IsValid(text))
                throw Invalid($"text {i} after row {firstRow} is not UTF-8: {Convert.ToHexString(text[..Math.Min(text.Length, 32)])}");
            text.CopyTo(texts.AsSpan(end)); // never overwrites unread bytes
            starts[i + 1] = end += text.Length;
        }
        return (texts[..end], starts);
    }

    /// <summary>Creates an error about this dataset.</summary>
    internal Hdf5Exception Invalid(string finding) => new(file.Path, name, finding);

    /// <summary>Checks the fill value, which is not used because all elements are written.</summary>
    /// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.f (version 2).</remarks>
    private void CheckFillValue(ObjectHeader.Message message)
    {
        StructureReader reader = new(message.Content.Span, file, "fill value", message.Address, Path);
        reader.Expect(2, "version");
        _ = reader.Take(2); // the times of allocation and of writing the fill value
        if (reader.Byte() is not 0 && reader.UInt32() is not 0 and var bytes && bytes != Type.StoredBytes)
            throw reader.Invalid($"{bytes} bytes, expected {Type.StoredBytes}");
    }

    private void CheckRows(long firstRow, long rowCount)
    {
        if (!IsContiguous && !HasRowChunks)
            throw Invalid("it has chunks; expected contiguous elements");
        CheckSize();
        if (firstRow < 0 || rowCount < 0 || firstRow > RowCount - rowCount)
            throw Invalid($"expected rows {firstRow} to {firstRow + rowCount - 1}, found {RowCount} rows");
    }

    /// <summary>Rejects compressed rows that need more memory than the file can justify.</summary>
    /// <exception cref="Hdf5Exception">No file of this length can store so many rows.</exception>
    internal void CheckSize()
    {
        if (!IsContiguous && (Int128)RowCount * RowBytes > (Int128)file.Length * ZlibDecompressor.LargestRatio)
            throw Invalid($"its {RowCount} rows of {RowBytes} bytes are more than a file of {file.Length} bytes can store");
    }
}
