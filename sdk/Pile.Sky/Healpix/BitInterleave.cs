using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pile.Sky;

/// <summary>The bit order of NESTED pixel numbers: the bits of x at even positions, the bits of y at odd ones.</summary>
internal static class BitInterleave
{
    private const long EvenBits = 0x5555_5555_5555_5555;
    private const long EvenPairs = 0x3333_3333_3333_3333;
    private const long EvenNibbles = 0x0F0F_0F0F_0F0F_0F0F;
    private const long EvenBytes = 0x00FF_00FF_00FF_00FF;
    private const long EvenShorts = 0x0000_FFFF_0000_FFFF;
    private const long LowHalf = 0x0000_0000_FFFF_FFFF;

    internal static long Interleave(long x, long y) => Bmi2.X64.IsSupported
        ? (long)(Bmi2.X64.ParallelBitDeposit((ulong)x, (ulong)EvenBits) | Bmi2.X64.ParallelBitDeposit((ulong)y, ~(ulong)EvenBits))
        : SpreadInSoftware(x) | (SpreadInSoftware(y) << 1);

    internal static long Even(long bits) => Bmi2.X64.IsSupported
        ? (long)Bmi2.X64.ParallelBitExtract((ulong)bits, (ulong)EvenBits)
        : EvenInSoftware(bits);

    internal static long SpreadInSoftware(long x)
    {
        x = (x | (x << 16)) & EvenShorts;
        x = (x | (x << 8)) & EvenBytes;
        x = (x | (x << 4)) & EvenNibbles;
        x = (x | (x << 2)) & EvenPairs;
        return (x | (x << 1)) & EvenBits;
    }

    internal static long EvenInSoftware(long bits)
    {
        bits &= EvenBits;
        bits = (bits | (bits >> 1)) & EvenPairs;
        bits = (bits | (bits >> 2)) & EvenNibbles;
        bits = (bits | (bits >> 4)) & EvenBytes;
        bits = (bits | (bits >> 8)) & EvenShorts;
        return (bits | (bits >> 16)) & LowHalf;
    }

    /// <summary>Interleaves eight pairs of numbers by shifts: 2.5 vector
    /// operations per point, less than extracting the lanes for PDEP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<long> Interleave(Vector512<long> x, Vector512<long> y) => Spread(x) | (Spread(y) << 1);

    /// <summary>Returns the even bits of eight numbers. The shifts take half the time of eight extractions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<long> Even(Vector512<long> bits)
    {
        bits &= Vector512.Create(EvenBits);
        bits = (bits | (bits >>> 1)) & Vector512.Create(EvenPairs);
        bits = (bits | (bits >>> 2)) & Vector512.Create(EvenNibbles);
        bits = (bits | (bits >>> 4)) & Vector512.Create(EvenBytes);
        bits = (bits | (bits >>> 8)) & Vector512.Create(EvenShorts);
        return (bits | (bits >>> 16)) & Vector512.Create(LowHalf);
    }

    /// <summary>Returns the even bits of four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<long> Even(Vector256<long> bits)
    {
        bits &= Vector256.Create(EvenBits);
        bits = (bits | (bits >>> 1)) & Vector256.Create(EvenPairs);
        bits = (bits | (bits >>> 2)) & Vector256.Create(EvenNibbles);
        bits = (bits | (bits >>> 4)) & Vector256.Create(EvenBytes);
        bits = (bits | (bits >>> 8)) & Vector256.Create(EvenShorts);
        return (bits | (bits >>> 16)) & Vector256.Create(LowHalf);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Spread(Vector512<long> x)
    {
        x = (x | (x << 16)) & Vector512.Create(EvenShorts);
        x = (x | (x << 8)) & Vector512.Create(EvenBytes);
        x = (x | (x << 4)) & Vector512.Create(EvenNibbles);
        x = (x | (x << 2)) & Vector512.Create(EvenPairs);
        return (x | (x << 1)) & Vector512.Create(EvenBits);
    }
}
