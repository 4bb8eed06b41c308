using System.Buffers;
using System.Buffers.Binary;

namespace Pile.Hdf5;

/// <summary>The bytes of structures, little-endian, in the order in which they are written.</summary>
internal sealed class StructureBytes
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    /// <summary>The number of bytes.</summary>
    internal int Count => bytes.WrittenCount;

    /// <summary>All bytes.</summary>
    internal ReadOnlySpan<byte> Span => bytes.WrittenSpan;

    internal void Byte(int value) => Take(1)[0] = checked((byte)value);

    internal void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), checked((ushort)value));

    internal void UInt32(long value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), checked((uint)value));

    /// <summary>Writes a length or an address; <see cref="FileBytes.Undefined"/> is the undefined address.</summary>
    internal void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    internal void Bytes(ReadOnlySpan<byte> values) => bytes.Write(values);

    internal void Zeros(int count) => Take(count).Clear();

    /// <summary>Writes zeros up to a multiple of 8 bytes.</summary>
    internal void Align() => Zeros(-Count & 7);

    private Span<byte> Take(int count)
    {
        Span<byte> taken = bytes.GetSpan(count)[..count];
        bytes.Advance(count);
        return taken;
    }
}
