using System.Buffers.Binary;
using System.Numerics;

namespace Pile.Hdf5;

/// <summary>The checksum of HDF5's version-2 structures, and the hash of link names.</summary>
/// <remarks>Source: Bob Jenkins, lookup3.c (2006, public domain), hashlittle with an initial value of 0.</remarks>
internal static class Lookup3
{
    /// <summary>Computes the checksum.</summary>
    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint a = 0xDEADBEEF + (uint)bytes.Length, b = a, c = a;
        for (; bytes.Length > 12; bytes = bytes[12..])
        {
            (a, b, c) = (a + At(bytes, 0), b + At(bytes, 4), c + At(bytes, 8));
            a = (a - c) ^ BitOperations.RotateLeft(c, 4);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 6);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 8);
            b += a;
            a = (a - c) ^ BitOperations.RotateLeft(c, 16);
            c += b;
            b = (b - a) ^ BitOperations.RotateLeft(a, 19);
            a += c;
            c = (c - b) ^ BitOperations.RotateLeft(b, 4);
            b += a;
        }
        if (bytes.IsEmpty)
            return c;
        Span<byte> last = stackalloc byte[12];
        last.Clear();
        bytes.CopyTo(last);
        (a, b, c) = (a + At(last, 0), b + At(last, 4), c + At(last, 8));
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        return (c ^ b) - BitOperations.RotateLeft(b, 24);
    }

    private static uint At(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
