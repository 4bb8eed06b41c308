namespace Pile.Hdf5;

/// <summary>A dataset of a <see cref="ForeignFile"/>, valid while the file is open. Not thread-safe.</summary>
internal sealed partial class ForeignDataset
{
    private readonly ForeignFile owner;
    private readonly ObjectMessages messages;
    private readonly ForeignSpace space;
    private readonly ForeignFilter[] filters;
    private readonly ReadOnlyMemory<byte> fill;
    private readonly ChunkGrid? grid;
    private ForeignAttribute[]? attributes;
    private ForeignPiece[]? chunks;

    internal ForeignDataset(ForeignFile owner, ObjectMessages messages, string path)
    {
        (this.owner, this.messages, Path, File) = (owner, messages, path, owner.Bytes);
        ObjectMessages.Message spaceMessage = messages.Find(MessageType.Dataspace);
        space = ForeignSpace.Read(File, spaceMessage.Content.Span, spaceMessage.Address, path);
        Type = TypeMessage.Read(File, messages.Find(MessageType.Datatype), path);
        Layout = ForeignLayout.Read(File, messages.Find(MessageType.DataLayout), space, Type, path);
        filters = ForeignFilter.ReadAll(File, messages, path);
        (fill, IsFilled) = FillValue.Read(File, messages, Type, path);
        Storage = messages.Contains(MessageType.ExternalFiles) && Layout.Storage is ForeignStorage.Contiguous
            ? ForeignStorage.External : Layout.Storage;
        RowBytes = Measure(space.Shape.Length > 0 ? space.Shape.AsSpan(1) : [], "rows");
        ChunkBytes = Measure(Layout.ChunkShape, "chunks");
        if (Storage is ForeignStorage.Chunked)
            grid = CreateGrid();
        else if (Storage is ForeignStorage.Contiguous or ForeignStorage.Compact)
            CheckRange();
    }

    /// <summary>The path of the dataset in the file.</summary>
    internal string Path { get; }

    /// <summary>True if elements of a chunk that were not written have the fill value.</summary>
    internal bool IsFilled { get; }

    /// <summary>The type of the elements.</summary>
    internal ForeignType Type { get; }

    /// <summary>The lengths of the dimensions, rows first; empty for a scalar or if there is no value.</summary>
    internal IReadOnlyList<long> Shape => space.Shape;

    /// <summary>The lengths to which the dimensions may grow; <see cref="ForeignSpace.Unlimited"/> for no limit.</summary>
    internal IReadOnlyList<long> MaxShape => space.MaxShape;

    /// <summary>True if the dataset has a type, but no value.</summary>
    internal bool IsNull => space.IsNull;

    /// <summary>The shape of a chunk; empty without chunks.</summary>
    internal IReadOnlyList<long> ChunkShape => Layout.ChunkShape;

    /// <summary>Where the values are stored.</summary>
    internal ForeignStorage Storage { get; }

    /// <summary>The filters of the chunks, in the order in which they were applied.</summary>
    internal IReadOnlyList<ForeignFilter> Filters => filters;

    /// <summary>The value of elements that were never written, as stored; empty for zeros.</summary>
    internal ReadOnlyMemory<byte> FillValueBytes => fill;

    /// <summary>The attributes, in the ordinal order of their names.</summary>
    /// <exception cref="Hdf5Exception">An attribute is corrupt.</exception>
    internal IReadOnlyList<ForeignAttribute> Attributes => attributes ??= AttributeMessages.Read(owner, messages, Path);

    /// <summary>The number of rows: the length of the first dimension, 1 for a scalar, 0 if there is no value.</summary>
    internal long RowCount => IsNull ? 0 : space.Shape.Length > 0 ? space.Shape[0] : 1;

    /// <summary>The size of a decoded row in bytes.</summary>
    internal long RowBytes { get; }

    /// <summary>The size of a decoded chunk in bytes.</summary>
    internal long ChunkBytes { get; }

    /// <summary>The number of chunks with the same rows; 0 without chunks.</summary>
    internal long ChunksPerRow => grid?.PerRow ?? 0;

    /// <summary>The layout message.</summary>
    internal ForeignLayout Layout { get; }

    /// <summary>The file.</summary>
    internal ForeignBytes File { get; }

    /// <summary>The filters of the chunks.</summary>
    internal ReadOnlySpan<ForeignFilter> FilterSpan => filters;

    /// <summary>Why values cannot be read; null if they can.</summary>
    internal string? Obstacle => Storage switch
    {
        ForeignStorage.External => "its values are in other files ('external storage'), which Pile does not read; copy it with h5repack",
        ForeignStorage.Virtual => "its values are in other datasets ('virtual dataset'), which Pile does not follow; copy it with h5repack",
        _ => Array.Find(filters, filter => !filter.IsSupported) is { } filter && Storage is ForeignStorage.Chunked
            ? $"the filter {filter.Name} is not supported; copy it with 'h5repack -f GZIP=4'" : null,
    };

    /// <summary>Creates an error about this dataset.</summary>
    internal Hdf5Exception Invalid(string finding) => new(File.Path, Path, finding);

    private long Measure(ReadOnlySpan<long> lengths, string what)
    {
        Int128 bytes = Type.Bytes;
        foreach (long length in lengths)
            bytes = bytes * length <= long.MaxValue ? bytes * length
                : throw Invalid($"{what} of the shape [{string.Join(", ", lengths.ToArray())}] are too large");
        return (long)bytes;
    }

    private ChunkGrid CreateGrid()
    {
        try
        {
            return new(space.Shape, Layout.ChunkShape);
        }
        catch (OverflowException e)
        {
            throw new Hdf5Exception(File.Path, Path, $"the shape [{string.Join(", ", space.Shape)}] has more chunks "
                + $"[{string.Join(", ", Layout.ChunkShape)}] than can be counted", e);
        }
    }

    /// <summary>Checks that all values are within the file.</summary>
    private void CheckRange()
    {
        if (filters.Length > 0)
            throw Invalid("it has filters, but no chunks");
        if (space.Count is 0 || Layout.Address is FileBytes.Undefined)
            return;
        Int128 bytes = (Int128)space.Count * Type.Bytes;
        if (bytes > long.MaxValue || (Layout.Bytes >= 0 && Layout.Bytes < bytes))
            throw File.Invalid("data layout", Layout.Address, Path, $"{Layout.Bytes} bytes, expected {bytes} for the shape "
                + $"[{string.Join(", ", space.Shape)}]");
        File.Check(Layout.Address, (long)bytes, "values", Path);
    }
}
