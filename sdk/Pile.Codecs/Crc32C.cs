using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Pile.Codecs;

/// <summary>CRC-32C: the Castagnoli polynomial, reflected, with initial
/// and final values of all ones, as in iSCSI (RFC 3720, B.4).</summary>
/// <remarks>
/// Long inputs are first folded by carry-less multiplication (V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using the
/// PCLMULQDQ Instruction", Intel 2009), in lanes of 512 bits if the processor supports it. The rest is processed with the processor's CRC
/// instruction.
/// </remarks>
internal static class Crc32C
{
    /// <summary>0x1EDC6F41 with its lowest power in the highest bit.</summary>
    private const uint Polynomial = 0x82F63B78;

    /// <summary>The minimum length for which folding is faster.</summary>
    private const int FoldFromBytes = 1024;

    private const int WideStrideBytes = 4 * 64;
    private const int NarrowStrideBytes = 8 * 16;

    private static readonly Vector128<ulong> NarrowFold = FoldingBy(NarrowStrideBytes);
    private static readonly Vector512<ulong> WideFold = Vector512.Create(
        Vector256.Create(FoldingBy(WideStrideBytes), FoldingBy(WideStrideBytes)),
        Vector256.Create(FoldingBy(WideStrideBytes), FoldingBy(WideStrideBytes)));

    /// <summary>Computes the CRC-32C of bytes.</summary>
    /// <param name="bytes">Any number of bytes, at any alignment; the result for no bytes is 0.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a CRC-32C: <c>Append(Compute(a), b)</c> equals <c>Compute</c> of a followed by b.</summary>
    /// <param name="crc">The CRC of the preceding bytes; 0 for no bytes.</param>
    /// <param name="bytes">Any number of bytes, at any alignment.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        if (bytes.Length >= FoldFromBytes && Sse42.X64.IsSupported)
        {
            if (Pclmulqdq.V512.IsSupported)
                state = FoldWide(state, bytes, out bytes);
            else if (Pclmulqdq.IsSupported)
                state = FoldNarrow(state, bytes, out bytes);
        }
        return ~(Sse42.X64.IsSupported || Arm.Crc32.Arm64.IsSupported ? Instruction(state, bytes) : Software(state, bytes));
    }

    /// <summary>Advances the state over all complete strides of 256 bytes; requires 512-bit carry-less multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint FoldWide(uint state, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<Vector512<ulong>> data =
            MemoryMarshal.Cast<byte, Vector512<ulong>>(bytes[..(bytes.Length / WideStrideBytes * WideStrideBytes)]);
        rest = bytes[(data.Length * Vector512<byte>.Count)..];
        Vector512<ulong> fold = WideFold;
        Vector512<ulong> a = data[0] ^ Vector512.CreateScalar((ulong)state), b = data[1], c = data[2], d = data[3];
        for (int i = 4; i <= data.Length - 4; i += 4)
        {
            a = Product(a) ^ data[i];
            b = Product(b) ^ data[i + 1];
            c = Product(c) ^ data[i + 2];
            d = Product(d) ^ data[i + 3];
        }
        // The four lanes, as a message, have the same remainder as all bytes that were folded into them.
        return Instruction(0, MemoryMarshal.AsBytes<Vector512<ulong>>([a, b, c, d]));

        Vector512<ulong> Product(Vector512<ulong> x) =>
            Pclmulqdq.V512.CarrylessMultiply(x, fold, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(x, fold, 0x11);
    }

    /// <summary>Advances the state over all complete strides of 128 bytes; requires 128-bit carry-less multiplication.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint FoldNarrow(uint state, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<Vector128<ulong>> data =
            MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes[..(bytes.Length / NarrowStrideBytes * NarrowStrideBytes)]);
        rest = bytes[(data.Length * Vector128<byte>.Count)..];
        Vector128<ulong> fold = NarrowFold;
        Vector128<ulong> a = data[0] ^ Vector128.CreateScalar((ulong)state), b = data[1], c = data[2], d = data[3], e = data[4],
            f = data[5], g = data[6], h = data[7];
        for (int i = 8; i <= data.Length - 8; i += 8)
        {
            a = Product(a) ^ data[i];
            b = Product(b) ^ data[i + 1];
            c = Product(c) ^ data[i + 2];
            d = Product(d) ^ data[i + 3];
            e = Product(e) ^ data[i + 4];
            f = Product(f) ^ data[i + 5];
            g = Product(g) ^ data[i + 6];
            h = Product(h) ^ data[i + 7];
        }
        return Instruction(0, MemoryMarshal.AsBytes<Vector128<ulong>>([a, b, c, d, e, f, g, h]));

        Vector128<ulong> Product(Vector128<ulong> x) =>
            Pclmulqdq.CarrylessMultiply(x, fold, 0x00) ^ Pclmulqdq.CarrylessMultiply(x, fold, 0x11);
    }

    /// <summary>Advances the state with the processor's CRC instruction, 8 bytes at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Instruction(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong word = MemoryMarshal.Read<ulong>(bytes);
            state = Sse42.X64.IsSupported ? (uint)Sse42.X64.Crc32(state, word) : Arm.Crc32.Arm64.ComputeCrc32C(state, word);
        }
        foreach (byte b in bytes)
            state = Sse42.IsSupported ? Sse42.Crc32(state, b) : Arm.Crc32.ComputeCrc32C(state, b);
        return state;
    }

    /// <summary>Advances the state with eight tables, 8 bytes at a time (M. Kounavis and F. Berry, "slicing by 8").</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Software(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Tables.Eight;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong x = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state;
            state = table[(7 << 8) | (byte)x] ^ table[(6 << 8) | (byte)(x >> 8)] ^ table[(5 << 8) | (byte)(x >> 16)] ^ table[(4 << 8)
                | (byte)(x >> 24)]
                ^ table[(3 << 8) | (byte)(x >> 32)] ^ table[(2 << 8) | (byte)(x >> 40)] ^ table[(1 << 8)
                    | (byte)(x >> 48)] ^ table[(byte)(x >> 56)];
        }
        foreach (byte b in bytes)
            state = (state >> 8) ^ table[(byte)(state ^ b)];
        return state;
    }

    // Created only on processors without a CRC instruction.
    private static class Tables
    {
        internal static readonly uint[] Eight = MakeTables();
    }

    /// <summary>table[k][b]: the state after byte b and k zero bytes.</summary>
    private static uint[] MakeTables()
    {
        uint[] table = new uint[8 << 8];
        for (uint b = 0; b < 256; b++)
        {
            uint state = b;
            for (int bit = 0; bit < 8; bit++)
                state = TimesX(state);
            table[b] = state;
        }
        for (int i = 256; i < table.Length; i++)
            table[i] = (table[i - 256] >> 8) ^ table[(byte)table[i - 256]];
        return table;
    }

    // Advancing a 128-bit lane by d bits multiplies its first half by x^(d+64) and its second half by x^d. The carry-less product of two
    // reflected numbers is shifted by one bit, which corresponds to one more x: so the powers are reduced by one.
    private static Vector128<ulong> FoldingBy(int strideBytes) =>
        Vector128.Create(PowerOfX((strideBytes * 8) + 63), PowerOfX((strideBytes * 8) - 1));

    private static ulong PowerOfX(int power)
    {
        uint remainder = 0x80000000; // 1
        for (int i = 0; i < power; i++)
            remainder = TimesX(remainder);
        return (ulong)remainder << 32;
    }

    private static uint TimesX(uint value) => (value >> 1) ^ ((value & 1) * Polynomial);
}
