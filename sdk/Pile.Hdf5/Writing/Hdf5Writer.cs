using System.Text;
using Pile.Format;
using Members = System.Collections.Generic.List<(string Name, Pile.Hdf5.Hdf5DatasetWriter Dataset)>;

namespace Pile.Hdf5;

/// <summary>Writes a new HDF5 file whose bytes depend only on the contents and the order of writing. Not thread-safe.</summary>
/// <remarks>Elements and chunks are stored in the order in which contiguous datasets are created and chunks are written, without gaps. All
/// structures follow them in one block.</remarks>
internal sealed class Hdf5Writer : IDisposable
{
    /// <summary>The maximum length of a dataset name in bytes of UTF-8: HDF5 stores longer names separately.</summary>
    internal const int MaxNameBytes = 4000;

    private readonly FileTail file;
    private readonly GlobalHeapBytes texts = new();
    private readonly OrderedDictionary<string, Members> groups = new(StringComparer.Ordinal);
    private readonly Members members = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private long end = Superblock.Bytes;
    private bool isClosed;

    private Hdf5Writer(string path)
    {
        (Path, file) = (path, new FileTail(path));
        Attributes = new(path, null, texts);
    }

    /// <summary>The attributes of the file.</summary>
    internal Hdf5AttributeWriter Attributes { get; }

    /// <summary>The given path of the file.</summary>
    internal string Path { get; }

    /// <summary>Creates a file; an existing file is replaced.</summary>
    /// <exception cref="IOException">The file cannot be created: the folder is missing, for example.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    internal static Hdf5Writer Create(string path) => new(path);

    /// <summary>Creates a dataset with contiguous elements, in C order.</summary>
    /// <param name="name">Any name without '/' and NUL.</param>
    /// <param name="type">The dtype of the elements.</param>
    /// <param name="shape">The shape, rows first; any length may be 0.</param>
    /// <param name="stringBytes">The length of each text in bytes of UTF-8, padded with NUL; 0 for other types.</param>
    /// <exception cref="ArgumentException">The name exists, or the name, shape or length is not valid.</exception>
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
    internal void CreateGroup(string name)
    {
        CheckName(name);
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (!names.Add(name))
            throw new ArgumentException($"Group '{name}' already exists.", nameof(name));
        groups.Add(name, []);
    }

    /// <summary>Creates a dataset of structures in chunks that are written one by one, already encoded.</summary>
    /// <param name="name">Any name without '/' and NUL, in the file or after the name of a group and '/'.</param>
    /// <param name="fields">The fields of a structure, which are stored without gaps.</param>
    /// <param name="rows">The number of structures.</param>
    /// <param name="chunkRows">The number of structures of a chunk.</param>
    /// <param name="codec">The codec of the chunks.</param>
    /// <exception cref="ArgumentException">The name exists, or a name or length is not valid.</exception>
    internal Hdf5DatasetWriter CreateCompound(string name, IReadOnlyList<Hdf5Field> fields, long rows, long chunkRows, PieceCodec codec) =>
        Create(name, DType.String, [rows], [chunkRows], codec, fields.Sum(field => field.Bytes), fields);

    /// <summary>Writes all structures and closes the file.</summary>
    /// <exception cref="Hdf5Exception">A structure is too large for HDF5.</exception>
    /// <exception cref="IOException">The last bytes cannot be written: the disk is full, or a network share is unavailable.</exception>
    internal void Close()
    {
        if (isClosed)
            return;
        StructureBytes structures = new();
        long[] collections = texts.WriteTo(structures, end);
        List<(string Name, long Address)> links = WriteDatasets(structures, members, collections);
        foreach ((string name, Members ofGroup) in groups)
            links.Add((name, WriteGroup(structures, name, WriteDatasets(structures, ofGroup, collections), null, [])));
        long root = WriteGroup(structures, null, links, Attributes, collections);
        StructureBytes superblock = new();
        Superblock.Write(superblock, root, end + structures.Count);
        file.Write(end, structures.Span);
        file.Write(0, superblock.Span);
        file.Flush();
        Dispose();
    }

    /// <summary>Closes the file; without <see cref="Close"/> it is not complete.</summary>
    public void Dispose()
    {
        isClosed = true;
        file.Dispose();
    }

    /// <summary>Reserves bytes after all others, and returns their offset.</summary>
    internal long Reserve(long bytes)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        long offset = end;
        end += bytes;
        return offset;
    }

    /// <summary>Writes encoded chunks after everything else, and returns the offset of the first.</summary>
    /// <exception cref="IOException">They cannot be written, for example if the disk is full.</exception>
    internal long Append(ReadOnlySpan<byte> chunks)
    {
        long offset = Reserve(chunks.Length);
        file.Write(offset, chunks);
        return offset;
    }

    /// <summary>Writes reserved bytes.</summary>
    internal void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

    private List<(string Name, long Address)> WriteDatasets(StructureBytes structures, Members ofGroup, long[] collections) =>
        [.. ofGroup.Select(member => (member.Name, member.Dataset.WriteTo(structures, end, collections)))];

    // Source: "HDF5 File Format Specification Version 2.0", IV.A.2.c (link info), IV.A.2.g (link), IV.A.2.k (group info).
    private long WriteGroup(StructureBytes structures, string? group, List<(string Name, long Address)> links,
        Hdf5AttributeWriter? attributes, long[] collections)
    {
        ObjectHeaderBytes header = new(Path, group);
        StructureBytes info = new();
        info.Zeros(2);
        info.Int64(FileBytes.Undefined); // no links elsewhere
        info.Int64(FileBytes.Undefined);
        header.Add(MessageType.LinkInfo, info.Span);
        header.Add(MessageType.GroupInfo, [0, 0], isConstant: true);
        foreach ((string name, long address) in links)
        {
            const int hasCharacterSet = 16, lengthOfTwoBytes = 1, utf8 = 1;
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            StructureBytes link = new();
            link.Byte(1);
            link.Byte(hasCharacterSet | lengthOfTwoBytes);
            link.Byte(utf8);
            link.UInt16(bytes.Length);
            link.Bytes(bytes);
            link.Int64(address);
            header.Add(MessageType.Link, link.Span);
        }
        attributes?.WriteTo(header, collections);
        long at = end + structures.Count;
        header.WriteTo(structures);
        return at;
    }

    private Hdf5DatasetWriter Create(string name, DType type, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape, PieceCodec codec,
        int stringBytes, IReadOnlyList<Hdf5Field>? fields = null)
    {
        (Members target, string own) = name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
            && groups.TryGetValue(name[..slash], out Members? ofGroup) ? (ofGroup, name[(slash + 1)..]) : (members, name);
        CheckName(own);
        if (shape.Length > Dataspace.MaxDimensions)
            throw new ArgumentException($"Dataset '{name}' has {shape.Length} dimensions; the maximum is {Dataspace.MaxDimensions}.",
                nameof(shape));
        if (type is DType.String != stringBytes > 0)
            throw new ArgumentException($"Dataset '{name}' of type {type.Name()} does not match a text length of {stringBytes} bytes.",
                nameof(stringBytes));
        CheckLengths(name, shape, 0, long.MaxValue);
        CheckLengths(name, chunkShape, 1, uint.MaxValue);
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (!names.Add(name))
            throw new ArgumentException($"Dataset '{name}' already exists.", nameof(name));
        Hdf5DatasetWriter dataset = new(this, name, type, fields is null ? Hdf5ElementType.Encode(type, stringBytes)
            : Hdf5ElementType.Encode(fields), shape.ToArray(), chunkShape.ToArray(), codec, texts);
        target.Add((own, dataset));
        return dataset;
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

    private static void CheckLengths(string name, ReadOnlySpan<long> shape, long least, long most)
    {
        foreach (long length in shape)
            if (length < least || length > most)
                throw new ArgumentException(
                    $"The lengths [{string.Join(", ", shape.ToArray())}] of dataset '{name}' must be {least} to {most}.", nameof(shape));
    }
}
