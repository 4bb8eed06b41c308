using Microsoft.Win32.SafeHandles;
using Pile.Format;

namespace Pile.Hdf5;

/// <summary>A shard opened for reading, which supports only the HDF5 structures that Pile's format allows. Not thread-safe.</summary>
/// <remarks>
/// Reads the file itself, without libhdf5, which crashes on some corrupt files. Every address is checked against the file's length before
/// it is used, allocations are bounded by that length, and each structure is read once. SCHEMA.md, section 4, lists the structures.
/// </remarks>
internal sealed class Hdf5File : IDisposable
{
    private readonly FileBytes bytes;
    private readonly GlobalHeap heap;
    private readonly RootGroup root;
    private readonly Dictionary<string, Hdf5Dataset> datasets = new(StringComparer.Ordinal);
    private readonly ObjectHeader header;
    private Hdf5Attributes? attributes;

    private Hdf5File(string path, FileBytes bytes)
    {
        (Path, this.bytes, heap) = (path, bytes, new(bytes));
        header = ObjectHeader.Read(bytes, Superblock.ReadRootAddress(bytes), [MessageType.Nil, MessageType.LinkInfo, MessageType.GroupInfo,
            MessageType.Link,
            MessageType.SymbolTable, MessageType.Attribute, MessageType.Continuation], item: null);
        root = new(bytes, header);
    }

    /// <summary>The given path of the file.</summary>
    internal string Path { get; }

    /// <summary>The file's length in bytes when it was opened.</summary>
    internal long LengthBytes => bytes.Length;

    /// <summary>The names of the datasets.</summary>
    internal IReadOnlyCollection<string> Names => root.Names;

    /// <summary>The file's attributes.</summary>
    internal Hdf5Attributes Attributes => attributes ??= new(bytes, heap, header, item: null);

    /// <summary>Opens a file.</summary>
    /// <exception cref="Hdf5Exception">The file is missing, truncated, corrupt,
    /// not HDF5, or has structures that Pile's format does not allow.</exception>
    internal static Hdf5File Open(string path)
    {
        SafeFileHandle? opened = null;
        try
        {
            opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new(path, new FileBytes(opened, path));
        }
        catch (Exception e)
        {
            opened?.Dispose();
            if (e is IOException or UnauthorizedAccessException or NotSupportedException)
                throw new Hdf5Exception(path, null, e.Message, e);
            throw;
        }
    }

    /// <summary>Returns true if there is a dataset with this name.</summary>
    internal bool Contains(string name) => root.TryFind(name, out _);

    /// <summary>Opens a dataset.</summary>
    /// <exception cref="Hdf5Exception">The dataset is missing, corrupt, or has structures that Pile's format does not allow.</exception>
    internal Hdf5Dataset OpenDataset(string name)
    {
        if (datasets.TryGetValue(name, out Hdf5Dataset? known))
            return known;
        if (!root.TryFind(name, out long address))
            throw new Hdf5Exception(Path, name, "there is no such dataset");
        return datasets[name] = new(bytes, heap, address, name);
    }

    /// <summary>Opens the dataset of a column.</summary>
    /// <param name="column">The column in the manifest.</param>
    /// <param name="rows">The number of rows of the shard.</param>
    /// <exception cref="Hdf5Exception">The dataset is missing or corrupt, or its
    /// type, shape or layout differs from the manifest and the format.</exception>
    internal Hdf5Dataset OpenColumn(ColumnSchema column, long rows)
    {
        Hdf5Dataset dataset = OpenRows(column.Name, column.DType, column.Shape.AsSpan(), rows);
        if (column.DType is DType.String && dataset.Type.StoredBytes != column.StringBytes)
            throw dataset.Invalid($"expected texts of {column.StringBytes} bytes, as in the manifest, found {dataset.Type.StoredBytes}");
        if (column.Storage == ColumnStorage.Light || dataset.ElementsPerRow is 0)
        {
            if (!dataset.IsContiguous && !(column.IsRagged && dataset.HasRowChunks))
                throw dataset.Invalid("expected contiguous elements, found chunks");
            dataset.CheckSize();
            return dataset;
        }
        return dataset.ChunkShape is [1, ..] ? dataset
            : throw dataset.Invalid("expected one row per chunk, found "
                + $"{(dataset.IsContiguous ? "no chunks" : $"chunks [{string.Join(", ", dataset.ChunkShape)}]")}");
    }

    /// <summary>Opens the dataset of a column or of its companion, and checks type and shape.</summary>
    /// <exception cref="Hdf5Exception">The dataset is missing or corrupt, or its type or shape differs.</exception>
    internal Hdf5Dataset OpenRows(string column, DType type, ReadOnlySpan<int> rowShape, long rows)
    {
        Hdf5Dataset dataset = OpenDataset(ColumnNames.ToHdf5(column));
        bool fits = dataset.DType == type && dataset.Shape.Count == rowShape.Length + 1 && dataset.RowCount == rows;
        for (int axis = 0; fits && axis < rowShape.Length; axis++)
            fits = rowShape[axis] == ColumnSchema.Ragged || dataset.Shape[axis + 1] == rowShape[axis];
        string lengths = string.Join(", ",
            (string[])[$"{rows}", .. rowShape.ToArray().Select(n => n == ColumnSchema.Ragged ? "any" : $"{n}")]);
        return fits ? dataset : throw dataset.Invalid($"expected {type.Name()} with shape [{lengths}], found {dataset.DType.Name()} "
            + $"[{string.Join(", ", dataset.Shape)}]");
    }

    /// <inheritdoc/>
    public void Dispose() => bytes.Dispose();
}
