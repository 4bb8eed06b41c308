namespace Pile.Hdf5;

/// <summary>Reads the links of a group of any kind.</summary>
/// <remarks>
/// HDF5 stores them as a symbol table, as messages of the group's object header, or in a fractal heap with an index of names.
/// Source: "HDF5 File Format Specification Version 3.0", IV.A.2.c (link info), IV.A.2.g (link), IV.A.2.r (symbol table), III.A.2 (record
/// type 5).
/// </remarks>
internal static class ForeignLinks
{
    private const byte HasCreationOrder = 1, NameRecord = 5;
    private const string Structure = "link info";

    /// <summary>Returns true if an object is a group.</summary>
    internal static bool IsGroup(ObjectMessages messages) =>
        messages.Contains(MessageType.SymbolTable) || messages.Contains(MessageType.LinkInfo);

    /// <summary>Reads the links, in the ordinal order of their names.</summary>
    /// <param name="file">The file.</param>
    /// <param name="messages">The object header of the group.</param>
    /// <param name="item">The path of the group, for errors.</param>
    /// <param name="budget">The bytes that the links may have.</param>
    /// <exception cref="Hdf5Exception">The group is corrupt.</exception>
    internal static ForeignLink[] Read(ForeignBytes file, ObjectMessages messages, string? item, ReadBudget budget)
    {
        if (messages.TryFind(MessageType.SymbolTable, out ObjectMessages.Message table))
            return Sorted(SymbolTableLinks.Read(new(file, item, budget), table), file, messages.Address, item);
        List<ForeignLink> links = [];
        foreach (ObjectMessages.Message message in messages.All(MessageType.Link))
            links.Add(LinkMessage.Read(file, message.Content.Span, message.Address, item, out _));
        if (messages.TryFind(MessageType.LinkInfo, out ObjectMessages.Message info))
            ReadDense(file, info, item, links, budget);
        return Sorted(links, file, messages.Address, item);
    }

    private static void ReadDense(ForeignBytes file, ObjectMessages.Message info, string? item, List<ForeignLink> links, ReadBudget budget)
    {
        StructureReader reader = new(info.Content.Span, file, Structure, info.Address, item);
        reader.Expect(0, "version");
        _ = reader.Take((reader.Byte() & HasCreationOrder) is 0 ? 0 : 8);
        (long heapAddress, long index) = (reader.Address(file.AddressBytes), reader.Address(file.AddressBytes));
        if (heapAddress is FileBytes.Undefined)
            return;
        ObjectHeap heap = new(new(file, item, budget), heapAddress);
        _ = RecordTree.Read(new(file, item, budget), index, NameRecord, 4 + heap.IdBytes, Add);

        void Add(ReadOnlySpan<byte> record, long node)
        {
            StructureReader fields = new(record, file, "index of link names", node, item);
            uint expected = fields.UInt32();
            (ReadOnlyMemory<byte> content, long address) = heap.Find(fields.Take(heap.IdBytes));
            ForeignLink link = LinkMessage.Read(file, content.Span, address, item, out uint hash);
            links.Add(hash == expected ? link : throw fields.Invalid($"the hash of the name '{link.Name}' differs"));
        }
    }

    private static ForeignLink[] Sorted(List<ForeignLink> links, ForeignBytes file, long address, string? item)
    {
        ForeignLink[] sorted = [.. links];
        bool isSorted = true;
        for (int i = 1; i < sorted.Length && isSorted; i++)
            isSorted = string.CompareOrdinal(sorted[i - 1].Name, sorted[i].Name) < 0;
        if (isSorted)
            return sorted;
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i].Name == sorted[i - 1].Name)
                throw file.Invalid("group", address, item, $"the name '{sorted[i].Name}' occurs twice");
        return sorted;
    }
}
