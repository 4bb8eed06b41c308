using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>Reads the fields of one structure in order, little-endian, never beyond its end.</summary>
internal ref struct StructureReader(ReadOnlySpan<byte> content, StructureErrors file, string structure, long address, string? item)
{
    private ReadOnlySpan<byte> rest = content;

    /// <summary>The number of unread bytes.</summary>
    internal readonly int Remaining => rest.Length;

    /// <summary>Reads the next bytes.</summary>
    /// <exception cref="Hdf5Exception">The structure is shorter.</exception>
    internal ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > rest.Length)
            throw Invalid($"it ends {count - rest.Length} bytes too early");
        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    internal byte Byte() => Take(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Reads an address or a length; the undefined address is <see cref="FileBytes.Undefined"/>.</summary>
    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Reads a number of 1 to 4 bytes.</summary>
    internal uint Number(int bytes)
    {
        uint value = 0;
        ReadOnlySpan<byte> taken = Take(bytes);
        for (int i = taken.Length - 1; i >= 0; i--)
            value = (value << 8) | taken[i];
        return value;
    }

    /// <summary>Reads a length, count or offset of 1 to 8 bytes.</summary>
    /// <exception cref="Hdf5Exception">It exceeds what a file can have.</exception>
    internal long Unsigned(int bytes)
    {
        ulong value = Wide(bytes);
        return value <= long.MaxValue ? (long)value : throw Invalid($"the length or count {value} exceeds what a file can have");
    }

    /// <summary>Reads an address of 1 to 8 bytes; the undefined address, all bits set, is <see cref="FileBytes.Undefined"/>.</summary>
    /// <exception cref="Hdf5Exception">It exceeds what a file can have.</exception>
    internal long Address(int bytes)
    {
        ulong value = Wide(bytes), undefined = ulong.MaxValue >> (64 - (8 * bytes));
        return value == undefined ? FileBytes.Undefined : value <= long.MaxValue ? (long)value
            : throw Invalid($"the address {value} exceeds what a file can have");
    }

    /// <summary>Reads and checks the signature.</summary>
    /// <exception cref="Hdf5Exception">The signature differs.</exception>
    internal void Signature(ReadOnlySpan<byte> expected)
    {
        ReadOnlySpan<byte> found = Take(expected.Length);
        if (!found.SequenceEqual(expected))
            throw Invalid($"expected the signature '{System.Text.Encoding.ASCII.GetString(expected)}', found {Convert.ToHexString(found)}");
    }

    /// <summary>Reads and checks a field with a fixed value.</summary>
    /// <exception cref="Hdf5Exception">The value differs.</exception>
    internal void Expect(byte expected, string field)
    {
        if (Byte() is var found && found != expected)
            throw Unsupported($"{field} {found}, expected {expected}");
    }

    private ulong Wide(int bytes)
    {
        ReadOnlySpan<byte> taken = Take(bytes);
        if (bytes is 8)
            return BinaryPrimitives.ReadUInt64LittleEndian(taken);
        ulong value = 0;
        for (int i = taken.Length - 1; i >= 0; i--)
            value = (value << 8) | taken[i];
        return value;
    }

    /// <summary>Creates the error for an invalid structure.</summary>
    internal readonly Hdf5Exception Invalid(string finding) => file.Invalid(structure, address, item, finding);

    /// <summary>Creates the error for a structure that HDF5 allows and the reader of this file does not.</summary>
    internal readonly Hdf5Exception Unsupported(string finding) => file.Unsupported(structure, address, item, finding);
}
