namespace Pile.Hdf5;

/// <summary>The messages of an object header, version 1.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.1.a (header), IV.A.2.q (continuation).</remarks>
internal sealed class ObjectHeader
{
    private const int PrefixBytes = 16;
    private const byte ConstantMessage = 1, SharedMessage = 2, UnsharableMessage = 4;
    private const string Structure = "object header";
    private readonly FileBytes file;
    private readonly long address;
    private readonly string? item;
    private readonly List<Message> messages = [];

    private ObjectHeader(FileBytes file, long address, string? item) => (this.file, this.address, this.item) = (file, address, item);

    /// <summary>One message.</summary>
    internal readonly record struct Message(MessageType Type, ReadOnlyMemory<byte> Content, long Address);

    /// <summary>Reads all messages of an object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">The header's address.</param>
    /// <param name="allowed">The message types that such an object may have; others are errors.</param>
    /// <param name="item">The dataset, for errors; null for the root group.</param>
    /// <exception cref="Hdf5Exception">The header is corrupt, or has an unsupported version or message.</exception>
    internal static ObjectHeader Read(FileBytes file, long address, ReadOnlySpan<MessageType> allowed, string? item)
    {
        ObjectHeader header = new(file, address, item);
        StructureReader prefix = new(file.Read(address, PrefixBytes, Structure, item), file, Structure, address, item);
        if (prefix.Byte() is not 1 and var version)
            throw prefix.Unsupported(version is (byte)'O' ? "version 2, expected 1" : $"version {version}, expected 1");
        _ = prefix.Byte();
        int count = prefix.UInt16();
        if (prefix.UInt32() is not 1 and var references)
            throw prefix.Unsupported($"{references} links to the object, expected 1");
        Queue<(long Address, long Bytes)> blocks = new([(address + PrefixBytes, prefix.UInt32())]);
        while (blocks.TryDequeue(out (long Address, long Bytes) block))
            header.ReadBlock(block.Address, block.Bytes, count, allowed, blocks);
        return header.messages.Count == count ? header : throw prefix.Invalid($"expected {count} messages, found {header.messages.Count}");
    }

    /// <summary>Finds the message of a type that occurs at most once.</summary>
    internal bool TryFind(MessageType type, out Message found)
    {
        found = default;
        foreach (Message message in messages)
            if (message.Type == type)
                found = found.Type == type ? throw file.Invalid(Structure, address, item, $"it has two {type.Name()} messages") : message;
        return found.Type == type;
    }

    /// <summary>Finds the message of a type that occurs exactly once.</summary>
    internal Message Find(MessageType type) => TryFind(type, out Message found) ? found
        : throw file.Invalid(Structure, address, item, $"it has no {type.Name()} message");

    /// <summary>Returns all messages of a type.</summary>
    internal IEnumerable<Message> All(MessageType type) => messages.Where(message => message.Type == type);

    private void ReadBlock(long start, long bytes, int count, ReadOnlySpan<MessageType> allowed, Queue<(long Address, long Bytes)> blocks)
    {
        ReadOnlyMemory<byte> content = file.Read(start, bytes, Structure, item);
        StructureReader reader = new(content.Span, file, Structure, start, item);
        while (reader.Remaining > 0)
        {
            MessageType type = (MessageType)reader.UInt16();
            int size = reader.UInt16();
            byte flags = reader.Byte();
            _ = reader.Take(3);
            int offset = content.Length - reader.Remaining;
            _ = reader.Take(size);
            if (messages.Count == count)
                throw reader.Invalid($"it has more messages than the declared {count}");
            if (!allowed.Contains(type))
                throw reader.Unsupported($"a message of type {(int)type} ({type.Name()})");
            if ((flags & ~(ConstantMessage | UnsharableMessage)) is not 0)
                throw reader.Unsupported((flags & SharedMessage) is not 0 ? $"shared {type.Name()} message"
                    : $"{type.Name()} message with flags {flags}");
            messages.Add(new(type, content.Slice(offset, size), start + offset));
            if (type is MessageType.Continuation)
            {
                StructureReader continuation = new(content.Span.Slice(offset, size), file, Structure, start + offset, item);
                blocks.Enqueue((continuation.Int64(), continuation.Int64()));
            }
        }
    }
}
