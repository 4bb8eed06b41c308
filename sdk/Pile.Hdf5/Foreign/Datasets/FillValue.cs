namespace Pile.Hdf5;

/// <summary>Reads the value of elements that were never written.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.e and IV.A.2.f (fill value, old and versions 1 to 3).</remarks>
internal static class FillValue
{
    private const byte IsDefined = 32, IsNeverFilled = 1;
    private const string Structure = "fill value";

    /// <summary>Reads the value, as stored; empty if it is the default, zeros. It is written into new chunks, unless the file says
    /// never.</summary>
    /// <exception cref="Hdf5Exception">The value has another size than the type.</exception>
    internal static (ReadOnlyMemory<byte> Value, bool IsFilled) Read(ForeignBytes file, ObjectMessages messages, ForeignType type,
        string? item)
    {
        bool isNew = messages.TryFind(MessageType.FillValue, out ObjectMessages.Message message);
        if (!isNew && !messages.TryFind(MessageType.OldFillValue, out message))
            return (default, true);
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        bool isFilled = true;
        if (isNew && !HasValue(ref reader, out isFilled))
            return (default, isFilled);
        uint bytes = reader.UInt32();
        if (bytes is 0 or uint.MaxValue)
            return (default, isFilled);
        return bytes == type.Bytes ? (reader.Take(bytes).ToArray(), isFilled)
            : throw reader.Invalid($"{bytes} bytes, expected {type.Bytes} for the type {type}");
    }

    private static bool HasValue(ref StructureReader reader, out bool isFilled)
    {
        byte version = reader.Byte();
        switch (version)
        {
            case 1 or 2:
                _ = reader.Byte(); // the time of allocation
                isFilled = reader.Byte() is not IsNeverFilled;
                return reader.Byte() is not 0 || version is 1;
            case 3:
                byte flags = reader.Byte();
                isFilled = ((flags >> 2) & 3) is not IsNeverFilled;
                return (flags & IsDefined) is not 0;
            default:
                throw reader.Unsupported($"version {version}");
        }
    }
}
