namespace Pile.Hdf5;

/// <summary>The superblock of any version, after a user block of any size.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", II.A (superblock), II.C (extension).</remarks>
internal static class ForeignSuperblock
{
    private const int SignatureBytes = 8, FirstUserBlock = 512, MostBytes = 128, ClassicMagicBytes = 4;
    private const byte OpenForWriting = 1, OpenForReadingWhileWriting = 4;
    private const string Structure = "superblock";

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Finds the superblock and returns the address of the root group's object header.</summary>
    /// <exception cref="Hdf5Exception">The file is not HDF5, is truncated or corrupt, or was not closed by its writer.</exception>
    internal static long ReadRootAddress(ForeignBytes file)
    {
        file.StartAt(FindSignature(file));
        ReadOnlyMemory<byte> block = file.ReadUpTo(0, MostBytes, Structure, null);
        StructureReader reader = new(block.Span, file, Structure, 0, null);
        _ = reader.Take(SignatureBytes);
        return reader.Byte() switch
        {
            0 => ReadOld(file, reader, hasChunkRank: false),
            1 => ReadOld(file, reader, hasChunkRank: true),
            2 => ReadNew(file, reader, block, hasAccessFlags: false),
            3 => ReadNew(file, reader, block, hasAccessFlags: true),
            var version => throw reader.Unsupported($"version {version}, expected 0 to 3"),
        };
    }

    private static long FindSignature(ForeignBytes file)
    {
        for (long offset = 0; offset <= file.Length - SignatureBytes; offset = offset is 0 ? FirstUserBlock : 2 * offset)
            if (file.Read(offset, SignatureBytes, Structure, null).Span.SequenceEqual(Signature))
                return offset;
        throw file.Invalid(Structure, 0, null, "expected the signature of HDF5 at byte 0, 512, 1024 and so on, found "
            + (IsClassic(file) ? "a classic netCDF file, which 'nccopy -k nc4 OLD NEW' converts" : $"none in {file.Length} bytes"));
    }

    // The magic number of netCDF's own format ends with its version: 1, 2 or 5.
    private static bool IsClassic(ForeignBytes file) => file.Length >= ClassicMagicBytes
        && file.Read(0, ClassicMagicBytes, Structure, null).Span is [(byte)'C', (byte)'D', (byte)'F', 1 or 2 or 5];

    private static long ReadOld(ForeignBytes file, StructureReader reader, bool hasChunkRank)
    {
        _ = reader.Take(4); // the versions of the free space and of the root group, a reserved byte, the version of shared messages
        (int addressBytes, int lengthBytes) = Sizes(ref reader);
        _ = reader.Take(1 + 4 + 4 + (hasChunkRank ? 4 : 0)); // reserved, the ranks of groups, unused flags, the rank of chunks
        long baseAddress = reader.Address(addressBytes);
        _ = reader.Address(addressBytes); // free space
        long end = reader.Address(addressBytes);
        if (reader.Address(addressBytes) is not FileBytes.Undefined)
            throw reader.Unsupported("a driver information block: the file is one of several that belong together");
        CheckEnd(file, reader, baseAddress, end, addressBytes, lengthBytes);
        _ = reader.Take(lengthBytes); // the name of the root group, which is unused
        return reader.Address(addressBytes);
    }

    private static long ReadNew(ForeignBytes file, StructureReader reader, ReadOnlyMemory<byte> block, bool hasAccessFlags)
    {
        (int addressBytes, int lengthBytes) = Sizes(ref reader);
        int flags = reader.Byte();
        (long baseAddress, long extension) = (reader.Address(addressBytes), reader.Address(addressBytes));
        (long end, long root) = (reader.Address(addressBytes), reader.Address(addressBytes));
        int checkedBytes = block.Length - reader.Remaining;
        if (reader.UInt32() != Lookup3.Compute(block.Span[..checkedBytes]))
            throw reader.Invalid("it does not match its checksum");
        if (hasAccessFlags && (flags & (OpenForWriting | OpenForReadingWhileWriting)) is not 0)
            throw reader.Unsupported("the file is open for writing, or was not closed by its writer; close it, or run 'h5clear --status' "
                + "if its content is known to be complete");
        CheckEnd(file, reader, baseAddress, end, addressBytes, lengthBytes);
        if (extension is not FileBytes.Undefined)
            CheckExtension(file, extension);
        return root;
    }

    private static (int AddressBytes, int LengthBytes) Sizes(ref StructureReader reader)
    {
        (int addressBytes, int lengthBytes) = (reader.Byte(), reader.Byte());
        return addressBytes is 2 or 4 or 8 && lengthBytes is 2 or 4 or 8 ? (addressBytes, lengthBytes)
            : throw reader.Unsupported($"addresses of {addressBytes} and lengths of {lengthBytes} bytes, expected 2, 4 or 8");
    }

    /// <summary>Checks the end of the file, which is stored with the user block that the file had when it was written.</summary>
    private static void CheckEnd(ForeignBytes file, StructureReader reader, long baseAddress, long end, int addressBytes, int lengthBytes)
    {
        if (baseAddress < 0 || end < baseAddress || end - baseAddress > file.Length)
            throw reader.Invalid($"expected a file of {end - baseAddress} bytes after the user block, found {file.Length}: it is truncated "
                + "or corrupt");
        file.Describe(end - baseAddress, addressBytes, lengthBytes);
    }

    private static void CheckExtension(ForeignBytes file, long address)
    {
        ObjectMessages extension = ObjectMessages.Read(file, address, "superblock extension");
        if (extension.TryFind(MessageType.DriverInfo, out ObjectMessages.Message driver))
            throw file.Unsupported(Structure, driver.Address, null, "a driver information message: the file is one of several that belong "
                + "together");
        if (!extension.TryFind(MessageType.CacheImage, out ObjectMessages.Message image))
            return;
        StructureReader reader = new(image.Content.Span, file, Structure, image.Address, null);
        _ = reader.Byte(); // the version
        if (reader.Address(file.AddressBytes) is not FileBytes.Undefined)
            throw file.Unsupported(Structure, image.Address, null, "an image of the metadata cache; open and close the file once with h5py "
                + "in mode 'r+' to write the metadata to its place");
    }
}
