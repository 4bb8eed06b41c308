namespace Pile.Hdf5;

/// <summary>The messages of an object header, version 1, which is written as one block.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.1.a.</remarks>
internal sealed class ObjectHeaderBytes(string path, string? item)
{
    /// <summary>The maximum size of a message: a multiple of 8 in 16 bits.</summary>
    internal const int MaxMessageBytes = 0xFFF8;

    private const int MaxMessages = ushort.MaxValue;
    private readonly StructureBytes messages = new();
    private int count;

    /// <summary>Adds a message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="content">Its content, which is padded to a multiple of 8 bytes.</param>
    /// <param name="isConstant">True if the message never changes.</param>
    /// <exception cref="Hdf5Exception">The message or the header is too large for HDF5.</exception>
    internal void Add(MessageType type, ReadOnlySpan<byte> content, bool isConstant = false)
    {
        int padded = (content.Length + 7) & ~7;
        if (padded > MaxMessageBytes)
            throw new Hdf5Exception(path, item,
                $"its {type.Name()} message has {content.Length} bytes; the maximum is {MaxMessageBytes}");
        if (++count > MaxMessages)
            throw new Hdf5Exception(path, item, $"it has more than {MaxMessages} attributes and members, the maximum in HDF5");
        messages.UInt16((int)type);
        messages.UInt16(padded);
        messages.Byte(isConstant ? 1 : 0);
        messages.Zeros(3);
        messages.Bytes(content);
        messages.Zeros(padded - content.Length);
    }

    /// <summary>Writes the header.</summary>
    internal void WriteTo(StructureBytes target)
    {
        target.Byte(1);
        target.Byte(0);
        target.UInt16(count);
        target.UInt32(1); // links to the object
        target.UInt32(messages.Count);
        target.Zeros(4);
        target.Bytes(messages.Span);
    }
}
