using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.Codecs.Deflate;

/// <summary>Writes bits in the order of deflate, the lowest bit of a byte first (RFC 1951, section 3.1.1).</summary>
/// <param name="destination">Receives the bytes; eight more than are used, because whole words are written.</param>
internal ref struct BitWriter(Span<byte> destination)
{
    /// <summary>The number of bits that can be written at once.</summary>
    internal const int MaxBits = 56;

    private readonly Span<byte> destination = destination;
    private ulong pending;
    private int pendingBits; // below 8 between two calls

    /// <summary>The number of whole bytes written.</summary>
    internal int Bytes { get; private set; }

    /// <summary>Writes the lowest bits of a value, whose other bits are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(ulong value, int bits)
    {
        pending |= value << pendingBits;
        pendingBits += bits;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[Bytes..], pending);
        Bytes += pendingBits >> 3;
        pending >>= pendingBits & ~7;
        pendingBits &= 7;
    }

    /// <summary>Returns whether so many bytes can be written, and the rest of a word after them.</summary>
    internal readonly bool HasRoom(int bytes) => destination.Length - Bytes >= bytes + sizeof(ulong);

    /// <summary>Writes values as <see cref="Write"/> does, where there is room for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteUnchecked(scoped ReadOnlySpan<ulong> values, scoped ReadOnlySpan<ulong> bits)
    {
        ref byte first = ref MemoryMarshal.GetReference(destination);
        ulong rest = pending, restBits = (ulong)pendingBits; // copies stay in registers
        nuint at = (nuint)Bytes;
        for (int i = 0; i < values.Length; i++)
        {
            rest |= values[i] << (int)restBits;
            restBits += bits[i];
            Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref first, at), rest); // x86 is little-endian
            at += (nuint)(restBits >> 3);
            rest >>= (int)restBits & ~7;
            restBits &= 7;
        }
        (pending, pendingBits, Bytes) = (rest, (int)restBits, (int)at);
    }

    /// <summary>Writes zeros up to the next whole byte, and then bytes.</summary>
    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Align();
        bytes.CopyTo(destination[Bytes..]);
        Bytes += bytes.Length;
    }

    /// <summary>Writes zeros up to the next whole byte.</summary>
    internal void Align()
    {
        if (pendingBits > 0)
            Write(0, 8 - pendingBits);
    }
}
