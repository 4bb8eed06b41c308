using System.Text;
using Microsoft.Win32.SafeHandles;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>A dataset opened for reading; usable as long as its file is open.</summary>
internal sealed partial class Hdf5Dataset : IDisposable
{
    /// <summary>Deflate makes nothing smaller than this (RFC 1951: 258 bytes in two bits, at best).</summary>
    private const long GreatestRatio = 1032;

    /// <summary>What a small file may declare all the same, for chunks that were never written.</summary>
    private const long AlwaysPlausibleBytes = 16 << 20;

    private readonly DatasetHandle handle;
    private readonly FileHandle file;
    private readonly SafeFileHandle bytes;
    private readonly long fileBytes;
    private readonly Hdf5Place place;
    private readonly long[] shape;
    private readonly long[] chunkShape = [];

    internal Hdf5Dataset(DatasetHandle handle, FileHandle file, SafeFileHandle bytes, long fileBytes, Hdf5Place place)
    {
        (this.handle, this.file, this.bytes, this.fileBytes, this.place) = (handle, file, bytes, fileBytes, place);
        using PropertyHandle creation = place.Check(Hdf5Native.GetCreation(handle), "reading the layout");
        int layout = place.Check(Hdf5Native.GetLayout(creation), "reading the layout");
        // Before the shape is asked for: that alone opens the files behind a virtual dataset.
        if (layout is Hdf5Native.LayoutVirtual || place.Check(Hdf5Native.CountExternalFiles(creation), "reading the layout") > 0)
            throw place.Found("its elements lie in other files, which Pile does not open; copy them into one, for example with h5repack");

        using (TypeHandle type = place.Check(Hdf5Native.GetType(handle), "reading the element type"))
            Type = Hdf5ElementType.Of(type, place);
        using (SpaceHandle space = place.Check(Hdf5Native.GetSpace(handle), "reading the shape"))
            shape = Hdf5Shape.Of(space, place);
        long perRow = Hdf5Shape.Elements(shape.AsSpan(Math.Min(1, shape.Length)), place);
        ElementsPerRow = perRow <= int.MaxValue ? (int)perRow : throw place.Found($"rows of {perRow} elements");
        IsContiguous = layout is Hdf5Native.LayoutContiguous;
        if (layout is Hdf5Native.LayoutChunked)
        {
            ulong[] chunk = new ulong[shape.Length];
            if (place.Check(Hdf5Native.GetChunkShape(creation, chunk.Length, chunk), "reading the chunks' shape") != chunk.Length || chunk.Contains(0ul))
                throw place.Found($"its chunks [{string.Join(", ", chunk)}] do not fit the shape [{string.Join(", ", shape)}]");
            chunkShape = Hdf5Shape.Signed(chunk, place);
        }
        Filters = ReadFilters(creation, place);
        Attributes = new(handle, place, fileBytes);
    }

    /// <summary>The dataset's path in its file, as it was given.</summary>
    internal string Path => place.Item!;

    /// <summary>What the elements are, and how they are stored.</summary>
    internal Hdf5ElementType Type { get; }

    /// <summary>The elements' type in memory.</summary>
    internal DType DType => Type.DType;

    /// <summary>The lengths, rows first; none for a scalar. They are what the file declares, whatever it holds.</summary>
    internal IReadOnlyList<long> Shape => shape;

    /// <summary>The chunks' lengths; none when there are no chunks.</summary>
    internal IReadOnlyList<long> ChunkShape => chunkShape;

    /// <summary>True when the elements lie together in one place.</summary>
    internal bool IsContiguous { get; }

    /// <summary>The filters that chunks went through when they were written, first to last.</summary>
    internal IReadOnlyList<Hdf5Filter> Filters { get; }

    /// <summary>The dataset's attributes.</summary>
    internal Hdf5AttributeReader Attributes { get; }

    /// <summary>The first length; 1 for a scalar.</summary>
    internal long RowCount => shape.Length > 0 ? shape[0] : 1;

    /// <summary>Elements in a row: the product of the lengths after the first.</summary>
    internal int ElementsPerRow { get; }

    /// <summary>The codec that undoes the filters, or null when the library must.</summary>
    internal PieceCodec? Codec => Filters switch
    {
        [] => PieceCodec.None,
        [{ Id: Hdf5Filter.ShuffleId } shuffle, { Id: Hdf5Filter.DeflateId }] when ShufflesElements(shuffle) => PieceCodec.ShuffleDeflate,
        [{ Id: Hdf5Filter.DeflateId }] => PieceCodec.Deflate,
        [{ Id: Hdf5Filter.ShuffleId } shuffle] when ShufflesElements(shuffle) => PieceCodec.Shuffle,
        _ => null,
    };

    /// <summary>Where a contiguous dataset's first element lies, from the beginning of the file; null when nothing was written or it has chunks.</summary>
    internal long? ContiguousOffset()
    {
        if (!IsContiguous)
            return null;
        using (Hdf5Library.Enter())
        {
            ulong offset = Hdf5Native.GetOffset(handle);
            return offset is Hdf5Native.Undefined ? null : (long)offset;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private bool ShufflesElements(Hdf5Filter shuffle) => shuffle.Parameters is [] || shuffle.Parameters[0] == Type.StoredBytes;

    /// <summary>Refuses a shape that no file of this length can fill: reading it would only take memory.</summary>
    private void CheckPlausible()
    {
        Int128 declared = (Int128)Hdf5Shape.Elements(shape, place) * Type.StoredBytes;
        Int128 chunk = chunkShape.Aggregate((Int128)Type.StoredBytes, (product, length) => product > long.MaxValue ? product : product * length);
        Int128 most = chunkShape.Length > 0 ? ((Int128)fileBytes * GreatestRatio) + AlwaysPlausibleBytes : fileBytes;
        // Contiguous elements that were never written have no place in the file either.
        if ((declared > most && (chunkShape.Length > 0 || ContiguousOffset() is not null || declared > AlwaysPlausibleBytes)) || chunk > most + AlwaysPlausibleBytes)
            throw place.Found($"declares [{string.Join(", ", shape)}] elements of {Type.StoredBytes} bytes in a file of {fileBytes}: it was cut, damaged, or never filled");
    }

    private static List<Hdf5Filter> ReadFilters(PropertyHandle creation, Hdf5Place place)
    {
        List<Hdf5Filter> filters = [];
        int count = place.Check(Hdf5Native.CountFilters(creation), "reading the filters");
        for (int i = 0; i < count; i++)
        {
            nuint parameterCount = 32;
            uint[] parameters = new uint[(int)parameterCount];
            byte[] name = new byte[128];
            int id = place.Check(Hdf5Native.GetFilter(creation, (uint)i, out _, ref parameterCount, parameters, (nuint)name.Length, name, out _), "reading the filters");
            int end = Array.IndexOf(name, (byte)0);
            filters.Add(new(id, Encoding.UTF8.GetString(name, 0, end < 0 ? name.Length : end), parameters[..(int)Math.Min(parameterCount, (nuint)parameters.Length)]));
        }
        return filters;
    }
}
