namespace Pile.Hdf5;

/// <summary>The messages of an object header of version 1 or 2.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.1.a and IV.A.1.b (headers), IV.A.2.q (continuation).</remarks>
internal sealed class ObjectMessages
{
    private const int PrefixBytes = 16, MessagePrefixBytes = 8, MostPrefixBytes = 34;
    private const byte HasAttributeOrder = 4, HasAttributeLimits = 16, HasTimes = 32, SizeBits = 3;
    private const byte IsSharedFlag = 2, MustBeKnown = 128;
    private const MessageType LastKnown = MessageType.CacheImage;
    private const string Structure = "object header";
    private readonly Traversal traversal;
    private readonly List<Message> messages = new(8);
    private Queue<(long Address, long Bytes)>? continuations;
    private HashSet<long>? visited;

    private ObjectMessages(ForeignBytes file, long address, string? item) => (traversal, Address) = (new(file, item), address);

    /// <summary>One message.</summary>
    /// <param name="Type">The type.</param>
    /// <param name="Content">The content; for a shared message, the location of the content.</param>
    /// <param name="Address">The address of the content.</param>
    /// <param name="IsShared">True if the content is stored elsewhere.</param>
    internal readonly record struct Message(MessageType Type, ReadOnlyMemory<byte> Content, long Address, bool IsShared);

    /// <summary>The address of the object header, which identifies the object.</summary>
    internal long Address { get; }

    /// <summary>Reads all messages of an object, except those without content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">The header's address.</param>
    /// <param name="item">The path of the object, for errors.</param>
    /// <exception cref="Hdf5Exception">The header is corrupt, or has an unsupported version or message.</exception>
    internal static ObjectMessages Read(ForeignBytes file, long address, string? item)
    {
        ObjectMessages header = new(file, address, item);
        ReadOnlyMemory<byte> start = file.ReadUpTo(address, MostPrefixBytes, Structure, item);
        StructureReader reader = new(start.Span, file, Structure, address, item);
        if (start.Length > 0 && start.Span[0] is (byte)'O')
            header.ReadVersion2(reader, start.Length);
        else
            header.ReadVersion1(reader);
        return header;
    }

    /// <summary>Returns true if there is a message of a type.</summary>
    internal bool Contains(MessageType type)
    {
        foreach (Message message in messages)
            if (message.Type == type)
                return true;
        return false;
    }

    /// <summary>Finds the message of a type that occurs at most once; a shared message is read from its location.</summary>
    /// <exception cref="Hdf5Exception">There are two, or the shared message cannot be read.</exception>
    internal bool TryFind(MessageType type, out Message found)
    {
        found = default;
        bool isFound = false;
        foreach (Message message in messages)
            if (message.Type == type)
                (found, isFound) = isFound ? throw Invalid($"it has two {type.Name()} messages") : (message, true);
        if (found.IsShared)
            found = SharedMessage.Resolve(traversal.File, found, traversal.Item);
        return isFound;
    }

    /// <summary>Finds the message of a type that occurs exactly once.</summary>
    internal Message Find(MessageType type) => TryFind(type, out Message found) ? found : throw Invalid($"it has no {type.Name()} message");

    /// <summary>Returns all messages of a type, as stored.</summary>
    internal IEnumerable<Message> All(MessageType type) => messages.Where(message => message.Type == type);

    private void ReadVersion1(StructureReader prefix)
    {
        if (prefix.Byte() is not 1 and var version)
            throw prefix.Invalid($"expected version 1 or the signature 'OHDR', found {version}");
        _ = prefix.Byte();
        int count = prefix.UInt16();
        _ = prefix.UInt32(); // the number of links
        ReadBlock1(Address + PrefixBytes, prefix.UInt32(), ref count);
        while (continuations is not null && continuations.TryDequeue(out (long Address, long Bytes) block))
            ReadBlock1(block.Address, block.Bytes, ref count);
    }

    private void ReadBlock1(long start, long bytes, ref int count)
    {
        ReadOnlyMemory<byte> content = traversal.Read(start, bytes, Structure);
        StructureReader reader = traversal.Fields(content, Structure, start);
        while (reader.Remaining >= MessagePrefixBytes && count > 0)
        {
            (MessageType type, int size, byte flags) = ((MessageType)reader.UInt16(), reader.UInt16(), reader.Byte());
            _ = reader.Take(3);
            Add(type, content, content.Length - reader.Remaining, size, flags, start);
            _ = reader.Take(size);
            count--;
        }
        // libhdf5 counts messages without content, and removes some of them without counting again.
        if (count is 0 && reader.Take(reader.Remaining).ContainsAnyExcept((byte)0))
            throw reader.Invalid("it has more messages than it declares");
    }

    private void ReadVersion2(StructureReader prefix, int prefixBytes)
    {
        prefix.Signature("OHDR"u8);
        prefix.Expect(2, "version");
        byte flags = prefix.Byte();
        _ = prefix.Take(((flags & HasTimes) is 0 ? 0 : 16) + ((flags & HasAttributeLimits) is 0 ? 0 : 4));
        long size = prefix.Unsigned(1 << (flags & SizeBits));
        prefixBytes -= prefix.Remaining;
        if (size > traversal.File.Length)
            throw prefix.Invalid($"its {size} bytes exceed the file of {traversal.File.Length} bytes");
        int extra = (flags & HasAttributeOrder) is 0 ? 0 : 2;
        ReadBlock2(Address, prefixBytes + size + Traversal.ChecksumBytes, prefixBytes, extra);
        while (continuations is not null && continuations.TryDequeue(out (long Address, long Bytes) block))
        {
            ReadOnlyMemory<byte> signature = traversal.File.ReadUpTo(block.Address, 4, Structure, traversal.Item);
            if (!signature.Span.SequenceEqual("OCHK"u8))
                throw traversal.File.Invalid(Structure, block.Address, traversal.Item, "expected the signature 'OCHK' of a continuation");
            ReadBlock2(block.Address, block.Bytes, 4, extra);
        }
    }

    private void ReadBlock2(long start, long bytes, int skippedBytes, int orderBytes)
    {
        ReadOnlyMemory<byte> content = traversal.ReadChecked(start, bytes, Structure);
        StructureReader reader = traversal.Fields(content, Structure, start);
        _ = reader.Take(skippedBytes);
        while (reader.Remaining >= 4 + orderBytes) // fewer bytes are a gap
        {
            (MessageType type, int size, byte flags) = ((MessageType)reader.Byte(), reader.UInt16(), reader.Byte());
            _ = reader.Take(orderBytes);
            Add(type, content, content.Length - reader.Remaining, size, flags, start);
            _ = reader.Take(size);
        }
    }

    private void Add(MessageType type, ReadOnlyMemory<byte> block, int offset, int size, byte flags, long start)
    {
        if (size > block.Length - offset)
            throw Invalid($"its {type.Name()} message of {size} bytes exceeds the {block.Length - offset} bytes after it");
        if (type > LastKnown && (flags & MustBeKnown) is not 0)
            throw traversal.File.Unsupported(Structure, Address, traversal.Item,
                $"a message of the unknown type {(int)type}, which readers must know");
        Message message = new(type, block.Slice(offset, size), start + offset, (flags & IsSharedFlag) is not 0);
        if (type is MessageType.Continuation)
            Continue(message);
        else if (type is not MessageType.Nil)
            messages.Add(message);
    }

    private void Continue(Message message)
    {
        ForeignBytes file = traversal.File;
        StructureReader reader = traversal.Fields(message.Content, Structure, message.Address);
        (long address, long bytes) = (reader.Address(file.AddressBytes), reader.Unsigned(file.LengthBytes));
        visited ??= [Address];
        if (!visited.Add(address))
            throw reader.Invalid("its continuations form a cycle");
        continuations ??= new();
        continuations.Enqueue((address, bytes));
    }

    private Hdf5Exception Invalid(string finding) => traversal.File.Invalid(Structure, Address, traversal.Item, finding);
}
