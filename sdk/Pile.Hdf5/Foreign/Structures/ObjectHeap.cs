using System.Runtime.InteropServices;

namespace Pile.Hdf5;

/// <summary>A fractal heap with the links of a group or the attributes of an object.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", III.G (fractal heap).</remarks>
internal sealed class ObjectHeap
{
    private const byte KindBits = 0x30, Huge = 0x10, Tiny = 0x20, TinyLengthBits = 0x0F, VersionBits = 0xC0;
    private const string Structure = "fractal heap";
    private readonly Traversal traversal;
    private readonly HeapShape shape;
    private readonly List<HeapBlock> blocks;
    private Dictionary<long, (long Address, long Bytes)>? hugeObjects;

    internal ObjectHeap(Traversal traversal, long address)
    {
        this.traversal = traversal;
        shape = HeapShape.Read(traversal, address);
        blocks = HeapBlock.ReadAll(traversal, shape);
    }

    /// <summary>The size of an id in bytes.</summary>
    internal int IdBytes => shape.IdBytes;

    /// <summary>Finds an object by its id.</summary>
    /// <exception cref="Hdf5Exception">There is no such object, or its block is corrupt.</exception>
    internal (ReadOnlyMemory<byte> Content, long Address) Find(ReadOnlySpan<byte> id) => (id[0] & (KindBits | VersionBits)) switch
    {
        0 => Managed(id),
        Huge => InFile(id),
        Tiny => (InId(id), shape.Address),
        _ => throw Missing(id),
    };

    private (ReadOnlyMemory<byte> Content, long Address) Managed(ReadOnlySpan<byte> id)
    {
        StructureReader reader = new(id[1..], traversal.File, Structure, shape.Address, traversal.Item);
        (long offset, long length) = (reader.Unsigned(shape.OffsetBytes), reader.Unsigned(shape.ObjectLengthBytes));
        int next = CollectionsMarshal.AsSpan(blocks).BinarySearch(new StartsAfter(offset));
        if (~next is 0)
            throw Missing(id);
        HeapBlock block = blocks[~next - 1];
        long start = offset - block.Start;
        if (start < shape.BlockHeaderBytes || length > block.Bytes - start)
            throw Missing(id);
        return (block.Content(traversal, shape).Slice((int)start, (int)length), block.Address + start);
    }

    /// <summary>Finds an object that is too large for a block.</summary>
    private (ReadOnlyMemory<byte> Content, long Address) InFile(ReadOnlySpan<byte> id)
    {
        ForeignBytes file = traversal.File;
        StructureReader reader = new(id[1..], file, Structure, shape.Address, traversal.Item);
        if (reader.Remaining >= file.AddressBytes + file.LengthBytes)
        {
            long direct = reader.Address(file.AddressBytes);
            return (file.Read(direct, reader.Unsigned(file.LengthBytes), Structure, traversal.Item), direct);
        }
        hugeObjects ??= ReadHugeObjects();
        long key = reader.Unsigned(Math.Min(reader.Remaining, 8));
        return hugeObjects.TryGetValue(key, out (long Address, long Bytes) found)
            ? (file.Read(found.Address, found.Bytes, Structure, traversal.Item), found.Address) : throw Missing(id);
    }

    private Dictionary<long, (long Address, long Bytes)> ReadHugeObjects()
    {
        const byte recordType = 1;
        Dictionary<long, (long Address, long Bytes)> objects = [];
        ForeignBytes file = traversal.File;
        if (shape.HugeObjects is not FileBytes.Undefined)
            _ = RecordTree.Read(new(file, traversal.Item), shape.HugeObjects, recordType, file.AddressBytes + (2 * file.LengthBytes), Add);
        return objects;

        void Add(ReadOnlySpan<byte> record, long node)
        {
            StructureReader reader = new(record, file, Structure, node, traversal.Item);
            (long address, long bytes) = (reader.Address(file.AddressBytes), reader.Unsigned(file.LengthBytes));
            objects[reader.Unsigned(file.LengthBytes)] = (address, bytes);
        }
    }

    private byte[] InId(ReadOnlySpan<byte> id)
    {
        const int longestShort = 17;
        bool isLong = id.Length > longestShort;
        int length = (isLong ? ((id[0] & TinyLengthBits) << 8) | id[1] : id[0] & TinyLengthBits) + 1;
        ReadOnlySpan<byte> content = id[(isLong ? 2 : 1)..];
        return length <= content.Length ? content[..length].ToArray() : throw Missing(id);
    }

    private Hdf5Exception Missing(ReadOnlySpan<byte> id) =>
        traversal.File.Invalid(Structure, shape.Address, traversal.Item, $"no block contains the object {Convert.ToHexString(id)}");

    /// <summary>A search key that finds the first block after an offset: it is equal to no block.</summary>
    private readonly struct StartsAfter(long offset) : IComparable<HeapBlock>
    {
        public int CompareTo(HeapBlock? other) => other!.Start > offset ? -1 : 1;
    }
}
