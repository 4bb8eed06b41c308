using System.Text;
using System.Text.Unicode;

namespace Pile.Hdf5;

/// <summary>The links of the root group: names of datasets, and the addresses of their object headers.</summary>
/// <remarks>
/// HDF5 stores them in one of three ways: as messages of the group's object header (up to 8 links), in a fractal heap with an index of
/// names (more links), or as a symbol table (groups whose names are all declared as ASCII, as created by h5py).
/// Source: "HDF5 File Format Specification Version 2.0", IV.A.2.c (link info), IV.A.2.g (link), IV.A.2.r (symbol table).
/// </remarks>
internal sealed class RootGroup
{
    private const byte NameLengthBits = 3, HasCreationOrder = 4, HasLinkType = 8, HasCharacterSet = 16;
    private const string LinkStructure = "link";
    private readonly FileBytes file;
    private readonly Dictionary<string, long> addresses = new(StringComparer.Ordinal);

    internal RootGroup(FileBytes file, ObjectHeader header)
    {
        this.file = file;
        if (header.TryFind(MessageType.SymbolTable, out ObjectHeader.Message table))
        {
            foreach ((long address, long entry, ReadOnlyMemory<byte> name) in SymbolTable.Read(file, table))
                Add(name.Span, address, SymbolTable.EntryStructure, entry);
            return;
        }
        ObjectHeader.Message info = header.Find(MessageType.LinkInfo);
        StructureReader reader = new(info.Content.Span, file, "link info", info.Address, null);
        reader.Expect(0, "version");
        reader.Expect(0, "flags");
        (long heapAddress, long indexAddress) = (reader.Int64(), reader.Int64());
        foreach (ObjectHeader.Message link in header.All(MessageType.Link))
            AddLink(link.Content.Span, link.Address);
        if (heapAddress is FileBytes.Undefined)
            return;
        FractalHeap heap = new(file, heapAddress);
        foreach ((uint hash, ReadOnlyMemory<byte> id) in NameIndex.Read(file, indexAddress))
        {
            (ReadOnlyMemory<byte> link, long address) = heap.Find(id.Span);
            if (Lookup3.Compute(AddLink(link.Span, address)) != hash)
                throw file.Invalid(LinkStructure, address, null, "the hash of its name differs from the index of names");
        }
    }

    /// <summary>The names of the datasets.</summary>
    internal IReadOnlyCollection<string> Names => addresses.Keys;

    /// <summary>Finds the address of a dataset's object header.</summary>
    internal bool TryFind(string name, out long address) => addresses.TryGetValue(name, out address);

    /// <summary>Reads a link and returns its name.</summary>
    private ReadOnlySpan<byte> AddLink(ReadOnlySpan<byte> content, long linkAddress)
    {
        StructureReader reader = new(content, file, LinkStructure, linkAddress, null);
        reader.Expect(1, "version");
        byte flags = reader.Byte();
        if ((flags & ~(NameLengthBits | HasLinkType | HasCharacterSet)) is not 0)
            throw reader.Unsupported((flags & HasCreationOrder) is not 0 ? "a tracked creation order" : $"flags {flags}");
        byte kind = (flags & HasLinkType) is 0 ? (byte)0 : reader.Byte();
        if ((flags & HasCharacterSet) is not 0 && reader.Byte() is > 1 and var set)
            throw reader.Invalid($"the unknown character set {set}");
        int lengthBytes = 1 << (flags & NameLengthBits);
        ReadOnlySpan<byte> name = reader.Take(lengthBytes is 8 ? reader.Int64() : reader.Number(lengthBytes));
        if (kind is not 0)
            throw reader.Unsupported($"'{Encoding.UTF8.GetString(name)}' is "
                + $"{(kind is 1 ? "a soft" : kind is 64 ? "an external" : "a user-defined")} link, which Pile does not follow");
        Add(name, reader.Int64(), LinkStructure, linkAddress);
        return name;
    }

    private void Add(ReadOnlySpan<byte> name, long address, string structure, long structureAddress)
    {
        if (name.IsEmpty || name.Contains((byte)0) || !Utf8.IsValid(name))
            throw file.Invalid(structure, structureAddress, null,
                $"expected a name in UTF-8 without NUL, found {Convert.ToHexString(name[..Math.Min(name.Length, 32)])}");
        if (!addresses.TryAdd(Encoding.UTF8.GetString(name), address))
            throw file.Invalid(structure, structureAddress, null, $"the name '{Encoding.UTF8.GetString(name)}' occurs twice");
    }
}
