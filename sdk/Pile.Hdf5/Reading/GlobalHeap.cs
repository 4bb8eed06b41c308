namespace Pile.Hdf5;

/// <summary>The collections of variable-length texts, each read on first use.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", III.E (global heap).</remarks>
internal sealed class GlobalHeap(FileBytes file)
{
    private const int HeaderBytes = 16, ObjectHeaderBytes = 16;
    private const string Structure = "global heap";
    private readonly Dictionary<long, Dictionary<int, ReadOnlyMemory<byte>>> collections = [];

    /// <summary>Finds a text by its collection and index, and removes it: in a valid file each text is used once.</summary>
    internal ReadOnlyMemory<byte> Take(long address, uint index, long bytes, string? item)
    {
        if (!collections.TryGetValue(address, out Dictionary<int, ReadOnlyMemory<byte>>? objects))
            collections.Add(address, objects = ReadCollection(address, item));
        if (index > ushort.MaxValue || !objects.Remove((int)index, out ReadOnlyMemory<byte> found))
            throw file.Invalid(Structure, address, item, $"the object {index} is missing, or used twice");
        return found.Length == bytes ? found
            : throw file.Invalid(Structure, address, item, $"object {index} has {found.Length} bytes, expected {bytes}");
    }

    private Dictionary<int, ReadOnlyMemory<byte>> ReadCollection(long address, string? item)
    {
        byte[] header = new byte[HeaderBytes];
        _ = file.ReadUpTo(address, header, Structure, item);
        StructureReader reader = new(header, file, Structure, address, item);
        reader.Signature("GCOL"u8);
        reader.Expect(1, "version");
        _ = reader.Take(3);
        long bytes = reader.Int64();
        if (bytes < HeaderBytes)
            throw reader.Invalid($"a collection of {bytes} bytes");
        byte[] collection = file.Read(address, bytes, Structure, item);
        Dictionary<int, ReadOnlyMemory<byte>> objects = [];
        for (reader = new(collection.AsSpan(HeaderBytes), file, Structure, address, item); reader.Remaining >= ObjectHeaderBytes;)
        {
            int index = reader.UInt16();
            _ = reader.Take(6); // the reference count, and reserved bytes
            long size = reader.Int64();
            if (index is 0)
                return size == reader.Remaining + ObjectHeaderBytes ? objects
                    : throw reader.Invalid($"{size} free bytes, expected {reader.Remaining + ObjectHeaderBytes}");
            int offset = collection.Length - reader.Remaining;
            _ = reader.Take(size);
            _ = reader.Take(Math.Min(-size & 7, reader.Remaining));
            if (!objects.TryAdd(index, collection.AsMemory(offset, (int)size)))
                throw reader.Invalid($"object {index} occurs twice");
        }
        return objects;
    }
}
