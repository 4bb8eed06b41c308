using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>Reads the fields of one structure in order, little-endian, never past its end.</summary>
internal ref struct StructureReader(ReadOnlySpan<byte> content, FileBytes file, string structure, long address, string? item)
{
    private ReadOnlySpan<byte> rest = content;

    /// <summary>The bytes that were not read yet.</summary>
    internal readonly int Remaining => rest.Length;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="Hdf5Exception">The structure ends before.</exception>
    internal ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > rest.Length)
            throw Found($"it ends {count - rest.Length} bytes too early");
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

    /// <summary>Skips the signature.</summary>
    /// <exception cref="Hdf5Exception">There is another one.</exception>
    internal void Signature(ReadOnlySpan<byte> expected)
    {
        ReadOnlySpan<byte> found = Take(expected.Length);
        if (!found.SequenceEqual(expected))
            throw Found($"expected the signature '{System.Text.Encoding.ASCII.GetString(expected)}', found {Convert.ToHexString(found)}");
    }

    /// <summary>Skips a field that has one value in Pile's format.</summary>
    /// <exception cref="Hdf5Exception">It has another.</exception>
    internal void Expect(byte expected, string field)
    {
        if (Byte() is var found && found != expected)
            throw NotOfFormat($"{field} {found}, expected {expected}");
    }

    /// <summary>Makes the error for a structure that contradicts itself or the file.</summary>
    internal readonly Hdf5Exception Found(string finding) => file.Found(structure, address, item, finding);

    /// <summary>Makes the error for what HDF5 allows and Pile's format does not.</summary>
    internal readonly Hdf5Exception NotOfFormat(string finding) => file.NotOfFormat(structure, address, item, finding);
}
