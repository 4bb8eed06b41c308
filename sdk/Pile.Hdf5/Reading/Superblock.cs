namespace Pile.Hdf5;

/// <summary>The superblock, version 0, at the first byte of the file.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", II.A (superblock) and III.C (symbol table entry).</remarks>
internal static class Superblock
{
    /// <summary>Its size.</summary>
    internal const int Bytes = 96;

    private const string Structure = "superblock";

    /// <summary>Version 0 of all structures, addresses and lengths of 8 bytes, B-trees of the default ranks 4 and 16, no flags.</summary>
    private static ReadOnlySpan<byte> Fields => [0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> FileSignature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the address of the root group's object header.</summary>
    /// <exception cref="Hdf5Exception">The file is not HDF5, is truncated, or has another superblock.</exception>
    internal static long ReadRootAddress(FileBytes file)
    {
        if (file.Length < Bytes)
            throw file.Invalid(Structure, 0, null, $"expected an HDF5 file, found one of {file.Length} bytes");
        StructureReader reader = new(file.Read(0, Bytes, Structure, null), file, Structure, 0, null);
        if (!reader.Take(FileSignature.Length).SequenceEqual(FileSignature))
            throw reader.Invalid("expected the signature of HDF5 at the first byte");
        ReadOnlySpan<byte> fields = reader.Take(Fields.Length);
        if (fields[0] is not 0)
            throw reader.Unsupported($"version {fields[0]}, expected 0");
        if (!fields.SequenceEqual(Fields))
            throw reader.Unsupported($"expected the sizes and ranks {Convert.ToHexString(Fields)}, found {Convert.ToHexString(fields)}");
        if (reader.Int64() is not 0 and var baseAddress)
            throw reader.Unsupported($"the base address {baseAddress} of a user block, expected 0");
        if (reader.Int64() is not FileBytes.Undefined)
            throw reader.Unsupported("stored free space");
        if (reader.Int64() is var end && (end < Bytes || end > file.Length))
            throw reader.Invalid($"expected a file of {end} bytes, found {file.Length}: it is truncated or corrupt");
        file.EndAt(end);
        if (reader.Int64() is not FileBytes.Undefined)
            throw reader.Unsupported("a driver information block");
        _ = reader.Int64(); // the name of the root group, which is unused
        return reader.Int64(); // the remaining bytes cache the symbol table
    }

    /// <summary>Writes the superblock of a file whose root group is not a symbol table.</summary>
    internal static void Write(StructureBytes target, long rootAddress, long end)
    {
        target.Bytes(FileSignature);
        target.Bytes(Fields);
        target.Int64(0);
        target.Int64(FileBytes.Undefined);
        target.Int64(end);
        target.Int64(FileBytes.Undefined);
        target.Int64(0);
        target.Int64(rootAddress);
        target.Zeros(Bytes - target.Count); // nothing is cached
    }
}
