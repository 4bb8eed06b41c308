using Microsoft.Win32.SafeHandles;

namespace Pile.Hdf5;

/// <summary>An HDF5 file of another program opened for reading. Not thread-safe.</summary>
/// <remarks>
/// Reads all structures that libhdf5 1.8 to 1.14 writes by default, without libhdf5, which crashes on some corrupt files. Every address is
/// checked against the file's length before it is used, allocations are bounded by that length, checksums are verified, and no structure is
/// read in a cycle. Links to other files, virtual datasets and external storage are listed, but never followed.
/// </remarks>
internal sealed class ForeignFile : IDisposable
{
    private readonly ObjectMessages root;
    private readonly ForeignPaths paths;
    private ObjectMessages? last;

    private ForeignFile(string path, IForeignSource source)
    {
        Bytes = new(source, path);
        root = ObjectMessages.Read(Bytes, ForeignSuperblock.ReadRootAddress(Bytes), null);
        if (!ForeignLinks.IsGroup(root))
            throw Bytes.Invalid("object header", root.Address, null, "the root is not a group");
        Sequences = new(Bytes, new(Bytes));
        paths = new(this, root);
    }

    /// <summary>The given path of the file.</summary>
    internal string Path => Bytes.Path;

    /// <summary>The bytes of the file.</summary>
    internal ForeignBytes Bytes { get; }

    /// <summary>Reads texts and sequences of variable length.</summary>
    internal SequenceReader Sequences { get; }

    /// <summary>Decodes chunks.</summary>
    internal ChunkDecoder Decoder { get; } = new();

    /// <summary>Opens a local file.</summary>
    /// <exception cref="Hdf5Exception">The file is missing, truncated, corrupt or not HDF5.</exception>
    internal static ForeignFile Open(string path)
    {
        SafeFileHandle opened;
        try
        {
            opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new Hdf5Exception(path, null, e.Message, e);
        }
        try
        {
            return Open(path, new LocalSource(opened));
        }
        catch (Exception e)
        {
            opened.Dispose();
            if (e is IOException or UnauthorizedAccessException or NotSupportedException)
                throw new Hdf5Exception(path, null, e.Message, e);
            throw;
        }
    }

    /// <summary>Opens a file of any source.</summary>
    /// <param name="path">The path or address for messages.</param>
    /// <param name="source">The bytes, which the file disposes.</param>
    /// <exception cref="Hdf5Exception">The file is truncated, corrupt or not HDF5.</exception>
    internal static ForeignFile Open(string path, IForeignSource source)
    {
        try
        {
            return new(path, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Lists all links below the root, depth first, in the ordinal order of their names within a group.</summary>
    /// <exception cref="Hdf5Exception">A group or the header of an object is corrupt.</exception>
    internal IEnumerable<ForeignEntry> Walk() => ForeignWalk.List(this, root);

    /// <summary>Opens a dataset that <see cref="Walk"/> listed.</summary>
    /// <exception cref="Hdf5Exception">The entry is not a dataset, or is corrupt.</exception>
    internal ForeignDataset OpenDataset(ForeignEntry entry) => entry.Kind is ForeignEntryKind.Dataset
        ? new(this, HeaderOf(entry), entry.Path) : throw new Hdf5Exception(Path, entry.Path, $"it is a {entry.Kind}, expected a dataset");

    /// <summary>Opens a dataset by its path; soft links are followed.</summary>
    /// <exception cref="Hdf5Exception">There is no such dataset, or it is corrupt or in another file.</exception>
    internal ForeignDataset OpenDataset(string path)
    {
        ObjectMessages found = paths.Find(path);
        return ForeignWalk.KindOf(this, found, path) is ForeignEntryKind.Dataset ? new(this, found, path)
            : throw new Hdf5Exception(Path, path, "it is not a dataset");
    }

    /// <summary>Reads the attributes of the root group.</summary>
    internal ForeignAttribute[] ReadAttributes() => AttributeMessages.Read(this, root, "/");

    /// <summary>Reads the attributes of an object that <see cref="Walk"/> listed.</summary>
    /// <exception cref="Hdf5Exception">An attribute is corrupt, or the entry is a link that is not followed.</exception>
    internal ForeignAttribute[] ReadAttributes(ForeignEntry entry) => AttributeMessages.Read(this, HeaderOf(entry), entry.Path);

    /// <summary>Reads the type that <see cref="Walk"/> listed.</summary>
    /// <exception cref="Hdf5Exception">The type is corrupt.</exception>
    internal ForeignType ReadType(ForeignEntry entry) =>
        TypeMessage.Read(Bytes, HeaderOf(entry).Find(MessageType.Datatype), entry.Path);

    /// <summary>Keeps the header of the object that is listed next, which is then opened without reading it again.</summary>
    internal void Remember(ObjectMessages messages) => last = messages;

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        Bytes.Dispose();
    }

    private ObjectMessages HeaderOf(ForeignEntry entry) => entry.Link.Kind is not ForeignLinkKind.Hard
        ? throw new Hdf5Exception(Path, entry.Path, $"it is a link to '{entry.Link.TargetPath}', which is not followed")
        : last?.Address == entry.Link.Address ? last : ObjectMessages.Read(Bytes, entry.Link.Address, entry.Path);
}
