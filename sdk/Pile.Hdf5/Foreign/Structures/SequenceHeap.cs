namespace Pile.Hdf5;

/// <summary>The global heap: collections of texts and sequences of variable length. The places of the last used ones are kept.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.E (global heap).</remarks>
internal sealed class SequenceHeap(ForeignBytes file)
{
    private const int KeptObjects = 1 << 20, ObjectHeaderFixedBytes = 8;
    private const string Structure = "global heap";

    // libhdf5 puts at most 254 objects into a collection of 4 KiB, and makes larger collections for single objects only.
    private const int ObjectsPerUse = 512;
    private readonly Dictionary<long, Dictionary<ushort, (long Address, long Bytes)>> collections = [];
    private long kept, allowed = file.Length / ObjectHeaderFixedBytes;

    /// <summary>Finds an object by the address of its collection and its index.</summary>
    /// <exception cref="Hdf5Exception">There is no such object, or its collection is corrupt.</exception>
    internal ReadOnlyMemory<byte> Find(long address, uint index, long bytes, string? item) =>
        file.Read(Locate(address, index, bytes, item), bytes, Structure, item);

    /// <summary>Returns the address of an object that has at least a number of bytes.</summary>
    /// <exception cref="Hdf5Exception">There is no such object, or its collection is corrupt.</exception>
    internal long Locate(long address, uint index, long bytes, string? item)
    {
        allowed += ObjectsPerUse;
        if (!collections.TryGetValue(address, out Dictionary<ushort, (long Address, long Bytes)>? objects))
        {
            objects = ReadCollection(address, item);
            if (kept > KeptObjects)
            {
                collections.Clear();
                kept = 0;
            }
            collections.Add(address, objects);
            kept += objects.Count;
        }
        if (index is 0 or > ushort.MaxValue || !objects.TryGetValue((ushort)index, out (long Address, long Bytes) found))
            throw file.Invalid(Structure, address, item, $"the object {index} is missing");
        return bytes <= found.Bytes ? found.Address
            : throw file.Invalid(Structure, address, item, $"object {index} has {found.Bytes} bytes, expected {bytes}");
    }

    private Dictionary<ushort, (long Address, long Bytes)> ReadCollection(long address, string? item)
    {
        int headerBytes = ObjectHeaderFixedBytes + file.LengthBytes; // of the collection, and of an object
        StructureReader reader = new(file.Read(address, headerBytes, Structure, item).Span, file, Structure, address, item);
        reader.Signature("GCOL"u8);
        reader.Expect(1, "version");
        _ = reader.Take(3);
        long bytes = reader.Unsigned(file.LengthBytes);
        if (bytes < headerBytes)
            throw reader.Invalid($"a collection of {bytes} bytes");
        file.Check(address, bytes, Structure, item);
        Dictionary<ushort, (long Address, long Bytes)> objects = [];
        long end = address + bytes;
        for (long at = address + headerBytes; at <= end - headerBytes;)
        {
            if (--allowed < 0)
                throw reader.Invalid("collections overlap: they have more objects than fit in the file");
            StructureReader fields = new(file.Read(at, headerBytes, Structure, item).Span, file, Structure, at, item);
            ushort index = fields.UInt16();
            _ = fields.Take(6); // the reference count, and reserved bytes
            long size = fields.Unsigned(file.LengthBytes);
            if (index is 0)
                break; // free space, which extends to the end
            at += headerBytes;
            if (size > end - at)
                throw fields.Invalid($"object {index} of {size} bytes exceeds its collection");
            if (!objects.TryAdd(index, (at, size)))
                throw fields.Invalid($"object {index} occurs twice");
            at += Math.Min(size + (-size & 7), end - at);
        }
        return objects;
    }
}
