using System.Text;
using Pile.Format;
using Pile.Hdf5.Native;

namespace Pile.Hdf5;

/// <summary>Writes a new HDF5 file whose bytes depend only on the contents and the order of writing. Not thread-safe.</summary>
/// <remarks>Space is allocated for contiguous datasets when they are created, and
/// for chunks when they are written: create contiguous datasets first.</remarks>
internal sealed class Hdf5Writer : IDisposable
{
    /// <summary>The maximum length of a dataset name in bytes of UTF-8: HDF5 stores longer names separately.</summary>
    internal const int MaxNameBytes = 4000;

    private readonly FileHandle file;
    private readonly ObjectHandle root;
    private readonly Hdf5Location location;
    private readonly List<Hdf5DatasetWriter> datasets = [];
    private readonly HashSet<string> groups = new(StringComparer.Ordinal), names = new(StringComparer.Ordinal);

    private Hdf5Writer(FileHandle file, ObjectHandle root, Hdf5Location location)
    {
        (this.file, this.root, this.location) = (file, root, location);
        Attributes = new(root, location);
    }

    /// <summary>The attributes of the file.</summary>
    internal Hdf5AttributeWriter Attributes { get; }

    /// <summary>Creates a file; an existing file is replaced.</summary>
    /// <exception cref="Hdf5Exception">The file cannot be created: the folder is missing or not writable.</exception>
    internal static Hdf5Writer Create(string path, Hdf5WriteSettings? settings = null)
    {
        settings ??= new();
        Hdf5Location at = new(path);
        using (Hdf5Library.Enter())
        {
            using PropertyHandle access = Hdf5Library.Properties("H5P_CLS_FILE_ACCESS");
            using PropertyHandle creation = Hdf5Library.Properties("H5P_CLS_FILE_CREATE");
            // Both settings are required to store the chunks of a row next to
            // each other: chunks below 2 KB would be stored in separate blocks.
            at.Check(Hdf5Native.SetMetaBlockSize(access, checked((ulong)settings.MetaBlockBytes)), "setting the metadata block");
            at.Check(Hdf5Native.SetSmallDataBlockSize(access, 0), "setting the small data block");
            at.Check(Hdf5Native.SetTrackTimes(creation, 0), "disabling timestamps");
            FileHandle made = at.Check(Hdf5Native.CreateFile(path, Hdf5Native.Truncate, creation, access), "creating the file");
            try { return new(made, at.Check(Hdf5Native.OpenObject(made, "/", 0), "opening the root group"), at); }
            catch
            {
                made.Dispose();
                throw;
            }
        }
    }

    /// <summary>Creates a dataset with contiguous elements, in C order.</summary>
    /// <param name="name">Any name without '/' and NUL.</param>
    /// <param name="type">The dtype of the elements.</param>
    /// <param name="shape">The shape, rows first; any length may be 0.</param>
    /// <param name="stringBytes">The length of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
    /// <exception cref="ArgumentException">The name exists, or the name, shape or length is not valid.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error, for example if the disk is full.</exception>
    internal Hdf5DatasetWriter CreateContiguous(string name, DType type, ReadOnlySpan<long> shape, int stringBytes = 0) =>
        Create(name, type, shape, [], PieceCodec.None, stringBytes);

    /// <summary>Creates a dataset of chunks that are written one by one, already encoded.</summary>
    /// <param name="name">Any name without '/' and NUL.</param>
    /// <param name="type">The dtype of the elements.</param>
    /// <param name="shape">The shape, rows first.</param>
    /// <param name="chunkShape">The shape of a chunk, of the same rank, each length at least 1; [1, ...] for one chunk per row.</param>
    /// <param name="codec">The codec of the chunks, which determines the filters that the file declares.</param>
    /// <param name="stringBytes">The length of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
    /// <remarks>A length below the chunk's length (no rows) is declared as extendible,
    /// because HDF5 does not allow a chunk longer than a fixed length.</remarks>
    /// <exception cref="ArgumentException">The name exists, or the name, shape or length is not valid.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error.</exception>
    internal Hdf5DatasetWriter CreateChunked(string name, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape,
        PieceCodec codec, int stringBytes = 0)
    {
        if (chunkShape.IsEmpty || chunkShape.Length != shape.Length)
            throw new ArgumentException($"Dataset '{name}' has {shape.Length} dimensions, but its chunks have {chunkShape.Length}.",
                nameof(chunkShape));
        return Create(name, type, shape, chunkShape, codec, stringBytes);
    }

    /// <summary>Creates a group, whose datasets have names such as <c>group/name</c>.</summary>
    /// <exception cref="ArgumentException">The name exists or is not valid.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error.</exception>
    internal void CreateGroup(string name)
    {
        CheckName(name);
        Hdf5Location at = location with { Item = name };
        using (Hdf5Library.Enter())
        {
            ObjectDisposedException.ThrowIf(file.IsClosed, this);
            if (!names.Add(name))
                throw new ArgumentException($"Group '{name}' already exists.", nameof(name));
            using ObjectHandle group = at.Check(Hdf5Native.CreateGroup(file, name, Hdf5Shared.LinkCreationOf(at), 0, 0),
                "creating the group");
            groups.Add(name);
        }
    }

    /// <summary>Creates a dataset of structures in chunks that are written one by one, already encoded.</summary>
    /// <param name="name">Any name without '/' and NUL, in the file or after the name of a group and '/'.</param>
    /// <param name="fields">The fields of a structure, which are stored without gaps.</param>
    /// <param name="rows">The number of structures.</param>
    /// <param name="chunkRows">The number of structures of a chunk.</param>
    /// <param name="codec">The codec of the chunks.</param>
    /// <exception cref="ArgumentException">The name exists, or a name or length is not valid.</exception>
    /// <exception cref="Hdf5Exception">The library reports an error.</exception>
    internal Hdf5DatasetWriter CreateCompound(string name, IReadOnlyList<Hdf5Field> fields, long rows, long chunkRows, PieceCodec codec) =>
        Create(name, DType.String, [rows], [chunkRows], codec, fields.Sum(field => field.Bytes), fields);

    /// <summary>Writes all data that is still in memory and closes the file.</summary>
    /// <exception cref="Hdf5Exception">The last bytes cannot be written: the disk is full, or a network share is unavailable.</exception>
    internal void Close()
    {
        using (Hdf5Library.Enter())
        {
            foreach (Hdf5DatasetWriter dataset in datasets)
                dataset.Close();
            datasets.Clear();
            root.Dispose();
            if (!file.IsClosed)
                location.Check(file.CloseChecked(), "writing the end of the file");
        }
    }

    /// <summary>Closes the file and ignores errors; does nothing after <see cref="Close"/>.</summary>
    public void Dispose()
    {
        foreach (Hdf5DatasetWriter dataset in datasets)
            dataset.Dispose();
        root.Dispose();
        file.Dispose();
    }

    private Hdf5DatasetWriter Create(string name, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape, PieceCodec codec,
        int stringBytes, IReadOnlyList<Hdf5Field>? fields = null)
    {
        bool isInGroup = name.IndexOf('/', StringComparison.Ordinal) is > 0 and var end && groups.Contains(name[..end]);
        CheckName(isInGroup ? name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..] : name);
        if (type is DType.String != stringBytes > 0)
            throw new ArgumentException($"Dataset '{name}' of type {type.Name()} does not match a text length of {stringBytes} bytes.",
                nameof(stringBytes));
        ulong[] sizes = Lengths(name, shape, 0), chunk = Lengths(name, chunkShape, 1);
        Hdf5Location at = location with { Item = name };
        using (Hdf5Library.Enter())
        {
            ObjectDisposedException.ThrowIf(file.IsClosed, this);
            if (!names.Add(name))
                throw new ArgumentException($"Dataset '{name}' already exists.", nameof(name));
            ulong[] most = [.. sizes.Select((length, axis) => chunk.Length > 0 && length < chunk[axis] ? Hdf5Native.Undefined : length)];
            using SpaceHandle space = at.Check(sizes.Length is 0 ? Hdf5Native.CreateSpace(0)
                : Hdf5Native.CreateSpace(sizes.Length, sizes, most), "creating the dataspace");
            using PropertyHandle? chunked = chunk.Length > 0 ? ChunkedCreation(chunk, codec, at) : null;
            TypeHandle element = at.Check(fields is null ? Hdf5Types.Create(type, stringBytes)
                : Hdf5Types.CreateCompound(fields), "creating the element type");
            DatasetHandle handle;
            try
            {
                handle = at.Check(Hdf5Native.CreateDataset(file, name, element, space, Hdf5Shared.LinkCreationOf(at),
                    chunked ?? Hdf5Shared.ContiguousCreationOf(at), 0), "creating the dataset");
            }
            catch
            {
                element.Dispose();
                throw;
            }
            Hdf5DatasetWriter dataset = new(handle, element, at, type, stringBytes, shape.ToArray(), chunkShape.ToArray());
            datasets.Add(dataset);
            return dataset;
        }
    }

    private static PropertyHandle ChunkedCreation(ulong[] chunk, PieceCodec codec, Hdf5Location at)
    {
        PropertyHandle creation = Hdf5Library.Properties("H5P_CLS_DATASET_CREATE");
        at.Check(Hdf5Native.SetTrackTimes(creation, 0), "disabling timestamps");
        at.Check(Hdf5Native.SetChunkShape(creation, chunk.Length, chunk), "setting the chunks' shape");
        if (codec is PieceCodec.Shuffle or PieceCodec.ShuffleDeflate)
            at.Check(Hdf5Native.SetShuffle(creation), "declaring the shuffle filter");
        if (codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate)
            at.Check(Hdf5Native.SetDeflate(creation, 1), "declaring the deflate filter");
        return creation;
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." || name.AsSpan().ContainsAny('/', '\0'))
            throw new ArgumentException($"'{name}' is not a valid name of a dataset. Escape '/', NUL, and a single '.'.", nameof(name));
        if (Encoding.UTF8.GetByteCount(name) is > MaxNameBytes and var bytes)
            throw new ArgumentException($"The name '{name[..40]}…' has {bytes} bytes of UTF-8; the maximum is {MaxNameBytes}.",
                nameof(name));
    }

    private static ulong[] Lengths(string name, ReadOnlySpan<long> shape, long least)
    {
        ulong[] lengths = new ulong[shape.Length];
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = shape[i] >= least ? (ulong)shape[i]
                : throw new ArgumentException(
                    $"The lengths [{string.Join(", ", shape.ToArray())}] of dataset '{name}' must be at least {least}.",
                    nameof(shape));
        return lengths;
    }
}
