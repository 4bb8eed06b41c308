namespace Pile.Hdf5;

/// <summary>The location of a message that objects share: the header of a committed type.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2 (shared message, versions 1 to 3). Version 1 of libhdf5 before
/// 1.6.1 has a length field before the address, which the specification omits.</remarks>
internal static class SharedMessage
{
    private const byte InHeap = 1, InHeader = 2;
    private const string Structure = "shared message";

    /// <summary>Reads the message from the header that has it.</summary>
    /// <exception cref="Hdf5Exception">The message is not in another header, or cannot be read.</exception>
    internal static ObjectMessages.Message Resolve(ForeignBytes file, ObjectMessages.Message message, string? item)
    {
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        (byte version, byte kind) = (reader.Byte(), reader.Byte());
        if (version is 1)
            _ = reader.Take(6 + file.LengthBytes);
        else if (version is not (2 or 3))
            throw reader.Invalid($"the unknown version {version}");
        if (version is 3 && kind is not InHeader)
            throw kind is InHeap ? reader.Unsupported($"the {message.Type.Name()} is in the file's table of shared messages; copy the file "
                + "with h5repack") : reader.Invalid($"the unknown location {kind}");
        ObjectMessages owner = ObjectMessages.Read(file, reader.Address(file.AddressBytes), item);
        foreach (ObjectMessages.Message found in owner.All(message.Type))
            return found.IsShared ? throw reader.Invalid($"the {message.Type.Name()} at its location is shared itself") : found;
        throw reader.Invalid($"the object at its location has no {message.Type.Name()} message");
    }
}
