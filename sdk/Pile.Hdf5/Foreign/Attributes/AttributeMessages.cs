namespace Pile.Hdf5;

/// <summary>Reads the attributes of an object: messages of its header, or of a fractal heap with an index of names.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.m (attribute, versions 1 to 3), IV.A.2.v (attribute info), III.A.2
/// (record type 8).</remarks>
internal static class AttributeMessages
{
    private const byte HasSharedType = 1, HasSharedSpace = 2, HasCreationOrder = 1, NameRecord = 8;
    private const string Structure = "attribute", InfoStructure = "attribute info";

    /// <summary>Reads all attributes, in the ordinal order of their names.</summary>
    /// <exception cref="Hdf5Exception">An attribute is corrupt.</exception>
    internal static ForeignAttribute[] Read(ForeignFile owner, ObjectMessages messages, string item)
    {
        List<ForeignAttribute> attributes = [];
        foreach (ObjectMessages.Message message in messages.All(MessageType.Attribute))
            attributes.Add(ReadOne(owner, message.IsShared ? throw Shared(owner, message.Address, item) : message.Content, message.Address,
                item, out _));
        if (messages.TryFind(MessageType.AttributeInfo, out ObjectMessages.Message info))
            ReadDense(owner, info, item, attributes);
        attributes.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (int i = 1; i < attributes.Count; i++)
            if (attributes[i].Name == attributes[i - 1].Name)
                throw owner.Bytes.Invalid("object header", messages.Address, item, $"the attribute '{attributes[i].Name}' occurs twice");
        return [.. attributes];
    }

    private static void ReadDense(ForeignFile owner, ObjectMessages.Message info, string item, List<ForeignAttribute> attributes)
    {
        ForeignBytes file = owner.Bytes;
        StructureReader reader = new(info.Content.Span, file, InfoStructure, info.Address, item);
        reader.Expect(0, "version");
        _ = reader.Take((reader.Byte() & HasCreationOrder) is 0 ? 0 : 2);
        (long heapAddress, long index) = (reader.Address(file.AddressBytes), reader.Address(file.AddressBytes));
        if (heapAddress is FileBytes.Undefined)
            return;
        ObjectHeap heap = new(new(file, item), heapAddress);
        _ = RecordTree.Read(new(file, item), index, NameRecord, heap.IdBytes + 9, Add);

        void Add(ReadOnlySpan<byte> record, long node)
        {
            StructureReader fields = new(record, file, "index of attribute names", node, item);
            ReadOnlySpan<byte> id = fields.Take(heap.IdBytes);
            if ((fields.Byte() & 2) is not 0)
                throw Shared(owner, node, item);
            _ = fields.Take(4); // the creation order
            uint expected = fields.UInt32();
            (ReadOnlyMemory<byte> content, long address) = heap.Find(id);
            ForeignAttribute attribute = ReadOne(owner, content, address, item, out uint hash);
            attributes.Add(hash == expected ? attribute : throw fields.Invalid($"the hash of the name '{attribute.Name}' differs"));
        }
    }

    private static ForeignAttribute ReadOne(ForeignFile owner, ReadOnlyMemory<byte> content, long address, string item, out uint hash)
    {
        ForeignBytes file = owner.Bytes;
        StructureReader reader = new(content.Span, file, Structure, address, item);
        (byte version, byte flags) = (reader.Byte(), reader.Byte());
        if (version is 0 or > 3)
            throw reader.Unsupported($"version {version}");
        (int nameBytes, int typeBytes, int spaceBytes) = (reader.UInt16(), reader.UInt16(), reader.UInt16());
        if (version is 3 && reader.Byte() is > 1 and var set)
            throw reader.Invalid($"the unknown character set {set}");
        ReadOnlySpan<byte> nameField = reader.Take(Padded(nameBytes));
        int end = nameField.IndexOf((byte)0);
        string name = ForeignName.Decode(end >= 0 && end == nameBytes - 1 ? nameField[..end]
            : throw reader.Invalid("expected a name with a single NUL at its end"));
        hash = Lookup3.Compute(nameField[..end]);
        flags = version > 1 ? flags : (byte)0;
        ObjectMessages.Message type = Part(MessageType.Datatype, Padded(typeBytes), (flags & HasSharedType) is not 0, ref reader);
        ObjectMessages.Message shape = Part(MessageType.Dataspace, Padded(spaceBytes), (flags & HasSharedSpace) is not 0, ref reader);
        ForeignType elements = TypeMessage.Read(file, type, $"{item}@{name}");
        ForeignSpace space = ForeignSpace.Read(file, shape.Content.Span, shape.Address, $"{item}@{name}");
        long count = space.Count;
        if (count > reader.Remaining / elements.Bytes)
            throw reader.Invalid($"'{name}' declares {count} values of {elements.Bytes} bytes, but has {reader.Remaining} bytes");
        return new(owner, item, name, elements, space, content.Slice(content.Length - reader.Remaining, (int)(count * elements.Bytes)));

        int Padded(int bytes) => version is 1 ? (bytes + 7) / 8 * 8 : bytes;

        ObjectMessages.Message Part(MessageType kind, int bytes, bool isShared, ref StructureReader reader)
        {
            int offset = content.Length - reader.Remaining;
            _ = reader.Take(bytes);
            ObjectMessages.Message part = new(kind, content.Slice(offset, bytes), address + offset, isShared);
            return isShared ? SharedMessage.Resolve(file, part, item) : part;
        }
    }

    private static Hdf5Exception Shared(ForeignFile owner, long address, string item) =>
        owner.Bytes.Unsupported(Structure, address, item, "it is in the file's table of shared messages; copy the file with h5repack");
}
