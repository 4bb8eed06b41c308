namespace Pile.Hdf5;

/// <summary>Reads the value of elements that were never written.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.e and IV.A.2.f (fill value, old and versions 1 to 3).</remarks>
internal static class FillValue
{
    private const byte IsDefined = 32;
    private const string Structure = "fill value";

    /// <summary>Reads the value, as stored; empty if it is the default, zeros.</summary>
    /// <exception cref="Hdf5Exception">The value has another size than the type.</exception>
    internal static ReadOnlyMemory<byte> Read(ForeignBytes file, ObjectMessages messages, ForeignType type, string? item)
    {
        bool isNew = messages.TryFind(MessageType.FillValue, out ObjectMessages.Message message);
        if (!isNew && !messages.TryFind(MessageType.OldFillValue, out message))
            return default;
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        if (isNew && !HasValue(ref reader))
            return default;
        uint bytes = reader.UInt32();
        if (bytes is 0 or uint.MaxValue)
            return default;
        return bytes == type.Bytes ? reader.Take(bytes).ToArray()
            : throw reader.Invalid($"{bytes} bytes, expected {type.Bytes} for the type {type}");
    }

    private static bool HasValue(ref StructureReader reader)
    {
        byte version = reader.Byte();
        switch (version)
        {
            case 1:
                _ = reader.Take(3);
                return true;
            case 2:
                _ = reader.Take(2); // the times of allocation and of writing the fill value
                return reader.Byte() is not 0;
            case 3:
                return (reader.Byte() & IsDefined) is not 0;
            default:
                throw reader.Unsupported($"version {version}");
        }
    }
}
