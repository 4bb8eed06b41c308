using System.Text;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Writes a new HDF5 file whose bytes depend on nothing but what is written, in which order. One thread at a time.</summary>
/// <remarks>Contiguous datasets get their place when they are made, chunks when they are written: make the former first.</remarks>
internal sealed class Hdf5Writer : IDisposable
{
    /// <summary>The longest name of a dataset in bytes of UTF-8: HDF5 stores longer ones apart from the others.</summary>
    internal const int MostNameBytes = 4000;

    private readonly FileHandle file;
    private readonly ObjectHandle root;
    private readonly Hdf5Place place;
    private readonly List<Hdf5DatasetWriter> datasets = [];

    private Hdf5Writer(FileHandle file, ObjectHandle root, Hdf5Place place)
    {
        (this.file, this.root, this.place) = (file, root, place);
        Attributes = new(root, place);
    }

    /// <summary>The file's own attributes.</summary>
    internal Hdf5AttributeWriter Attributes { get; }

    /// <summary>Makes a new file; one that is there is replaced.</summary>
    /// <exception cref="Hdf5Exception">It can't be made: the folder is missing, or not yours to write.</exception>
    internal static Hdf5Writer Create(string path, Hdf5WriteSettings? settings = null)
    {
        settings ??= new();
        Hdf5Place at = new(path);
        using (Hdf5Library.Enter())
        {
            using PropertyHandle access = Hdf5Library.Properties("H5P_CLS_FILE_ACCESS");
            using PropertyHandle creation = Hdf5Library.Properties("H5P_CLS_FILE_CREATE");
            // Both are needed for the chunks of a row to lie side by side: chunks below 2 KB would go to a block of their own.
            at.Check(Hdf5Native.SetMetaBlockSize(access, checked((ulong)settings.MetaBlockBytes)), "setting the metadata block");
            at.Check(Hdf5Native.SetSmallDataBlockSize(access, 0), "setting the small data block");
            at.Check(Hdf5Native.SetTrackTimes(creation, 0), "switching times off");
            FileHandle made = at.Check(Hdf5Native.CreateFile(path, Hdf5Native.Truncate, creation, access), "making the file");
            try { return new(made, at.Check(Hdf5Native.OpenObject(made, "/", 0), "opening the root group"), at); }
            catch
            {
                made.Dispose();
                throw;
            }
        }
    }

    /// <summary>Makes a dataset whose elements lie together, in C order.</summary>
    /// <param name="name">Any name without '/' and NUL.</param>
    /// <param name="type">The elements' type.</param>
    /// <param name="shape">Rows first; any length may be 0.</param>
    /// <param name="stringBytes">The width of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
    /// <exception cref="ArgumentException">The name is taken or not allowed, or shape or width are.</exception>
    /// <exception cref="Hdf5Exception">The library refuses it, as when the disk is full.</exception>
    internal Hdf5DatasetWriter CreateContiguous(string name, DType type, ReadOnlySpan<long> shape, int stringBytes = 0) =>
        Create(name, type, shape, [], PieceCodec.None, stringBytes);

    /// <summary>Makes a dataset of chunks that are written one by one, already encoded.</summary>
    /// <param name="name">Any name without '/' and NUL.</param>
    /// <param name="type">The elements' type.</param>
    /// <param name="shape">Rows first.</param>
    /// <param name="chunkShape">As many lengths, each at least 1; [1, ...] for a chunk for each row.</param>
    /// <param name="codec">What the chunks that follow are encoded with; the file declares the filters accordingly.</param>
    /// <param name="stringBytes">The width of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
    /// <remarks>A length below its chunk's (no rows at all) is declared as growing, because HDF5 allows no chunk longer than a fixed
    /// length.</remarks>
    /// <exception cref="ArgumentException">The name is taken or not allowed, or shape or width are.</exception>
    /// <exception cref="Hdf5Exception">The library refuses it.</exception>
    internal Hdf5DatasetWriter CreateChunked(string name, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape,
        PieceCodec codec, int stringBytes = 0)
    {
        if (chunkShape.IsEmpty || chunkShape.Length != shape.Length)
            throw new ArgumentException($"Dataset '{name}' has {shape.Length} dimensions, its chunks {chunkShape.Length}.",
                nameof(chunkShape));
        return Create(name, type, shape, chunkShape, codec, stringBytes);
    }

    /// <summary>Writes everything that is still in memory and closes the file.</summary>
    /// <exception cref="Hdf5Exception">The last bytes could not be written: the disk is full, or its share went away.</exception>
    internal void Close()
    {
        using (Hdf5Library.Enter())
        {
            foreach (Hdf5DatasetWriter dataset in datasets)
                dataset.Close();
            datasets.Clear();
            root.Dispose();
            if (!file.IsClosed)
                place.Check(file.CloseChecked(), "writing the file's end");
        }
    }

    /// <summary>Closes the file without saying whether that worked; after <see cref="Close"/> nothing is left to do.</summary>
    public void Dispose()
    {
        foreach (Hdf5DatasetWriter dataset in datasets)
            dataset.Dispose();
        root.Dispose();
        file.Dispose();
    }

    private Hdf5DatasetWriter Create(string name, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape, PieceCodec codec,
        int stringBytes)
    {
        CheckName(name);
        if (type is DType.String != stringBytes > 0)
            throw new ArgumentException($"Dataset '{name}' of type {type.Name()} can't have texts of {stringBytes} bytes.",
                nameof(stringBytes));
        ulong[] sizes = Lengths(name, shape, 0), chunk = Lengths(name, chunkShape, 1);
        Hdf5Place at = place with { Item = name };
        using (Hdf5Library.Enter())
        {
            ObjectDisposedException.ThrowIf(file.IsClosed, this);
            if (Hdf5Native.LinkExists(file, name, 0) > 0)
                throw new ArgumentException($"Dataset '{name}' is there already.", nameof(name));
            ulong[] most = [.. sizes.Select((length, axis) => chunk.Length > 0 && length < chunk[axis] ? Hdf5Native.Undefined : length)];
            using SpaceHandle space = at.Check(sizes.Length is 0 ? Hdf5Native.CreateSpace(0)
                : Hdf5Native.CreateSpace(sizes.Length, sizes, most), "making the shape");
            using PropertyHandle link = Hdf5Library.Properties("H5P_CLS_LINK_CREATE");
            at.Check(Hdf5Native.SetNameEncoding(link, Hdf5Native.Utf8), "setting the name's encoding");
            using PropertyHandle creation = Hdf5Library.Properties("H5P_CLS_DATASET_CREATE");
            at.Check(Hdf5Native.SetTrackTimes(creation, 0), "switching times off");
            if (chunk.Length is 0)
                at.Check(Hdf5Native.SetAllocationTime(creation, Hdf5Native.AllocateEarly), "setting the layout");
            else
                at.Check(Hdf5Native.SetChunkShape(creation, chunk.Length, chunk), "setting the chunks' shape");
            if (codec is PieceCodec.Shuffle or PieceCodec.ShuffleDeflate)
                at.Check(Hdf5Native.SetShuffle(creation), "declaring the shuffle filter");
            if (codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate)
                at.Check(Hdf5Native.SetDeflate(creation, 1), "declaring the deflate filter");
            using TypeHandle element = at.Check(Hdf5Types.Create(type, stringBytes), "making the element type");
            DatasetHandle handle = at.Check(Hdf5Native.CreateDataset(file, name, element, space, link, creation, 0), "making the dataset");
            Hdf5DatasetWriter dataset = new(handle, at, type, stringBytes, shape.ToArray(), chunkShape.ToArray());
            datasets.Add(dataset);
            return dataset;
        }
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." || name.AsSpan().ContainsAny('/', '\0'))
            throw new ArgumentException($"'{name}' can't be the name of a dataset: escape '/' and NUL, and '.' alone.", nameof(name));
        if (Encoding.UTF8.GetByteCount(name) is > MostNameBytes and var bytes)
            throw new ArgumentException($"The name '{name[..40]}…' has {bytes} bytes of UTF-8; a dataset's may have {MostNameBytes}.",
                nameof(name));
    }

    private static ulong[] Lengths(string name, ReadOnlySpan<long> shape, long least)
    {
        ulong[] lengths = new ulong[shape.Length];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i] >= least ? (ulong)shape[i]
                : throw new ArgumentException($"Dataset '{name}' can't have the lengths [{string.Join(", ", shape.ToArray())}].",
                    nameof(shape));
        return lengths;
    }
}
