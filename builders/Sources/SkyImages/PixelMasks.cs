using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Decides pixel by pixel, 32 pixels at a time.</summary>
internal static class PixelMasks
{
    private static int Lanes => Vector256<float>.Count;

    private static Vector256<float> Infinity => Vector256.Create(float.PositiveInfinity);

    private static int Block => Vector256<byte>.Count;

    /// <summary>Sets whether each pixel is a finite number.</summary>
    internal static void SetNumbers(ReadOnlySpan<float> pixels, Span<bool> isGood)
    {
        Span<byte> good = MemoryMarshal.AsBytes(isGood);
        int i = 0;
        for (; i <= pixels.Length - Block; i += Block)
            Pack(IsNumber(pixels[i..], 0), IsNumber(pixels[i..], 1), IsNumber(pixels[i..], 2), IsNumber(pixels[i..], 3)).CopyTo(good[i..]);
        for (; i < pixels.Length; i++)
            isGood[i] = float.IsFinite(pixels[i]);
    }

    /// <summary>Marks pixels with an inverse variance that is not positive as bad.</summary>
    internal static void KeepPositive(ReadOnlySpan<float> ivar, Span<bool> isGood)
    {
        Span<byte> good = MemoryMarshal.AsBytes(isGood);
        int i = 0;
        for (; i <= ivar.Length - Block; i += Block)
            (Pack(IsPositive(ivar[i..], 0), IsPositive(ivar[i..], 1), IsPositive(ivar[i..], 2), IsPositive(ivar[i..], 3))
                & Vector256.Create<byte>(good[i..])).CopyTo(good[i..]);
        for (; i < ivar.Length; i++)
            isGood[i] &= ivar[i] > 0;
    }

    /// <summary>Sets the inverse variance of pixels that are not finite to 0.</summary>
    internal static void ClearBlank(ReadOnlySpan<float> pixels, Span<float> ivar)
    {
        int i = 0;
        for (; i <= pixels.Length - Lanes; i += Lanes)
        {
            Vector256<float> isNumber = Vector256.LessThan(Vector256.Abs(Vector256.Create(pixels[i..])), Infinity);
            (Vector256.Create<float>(ivar[i..]) & isNumber).CopyTo(ivar[i..]);
        }
        for (; i < pixels.Length; i++)
            if (!float.IsFinite(pixels[i]))
                ivar[i] = 0;
    }

    /// <summary>Copies the values from a least to a greatest one, in their order, and returns their number.</summary>
    /// <param name="values">The values.</param>
    /// <param name="least">The least value.</param>
    /// <param name="greatest">The greatest value.</param>
    /// <param name="destination">Memory for as many values as there are; others than those copied may be changed.</param>
    internal static int CopyBetween(ReadOnlySpan<float> values, float least, float greatest, Span<float> destination)
    {
        int count = 0, i = 0;
        if (Avx512F.IsSupported)
        {
            (Vector512<float> from, Vector512<float> to) = (Vector512.Create(least), Vector512.Create(greatest));
            for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> of = Vector512.Create(values[i..]),
                    isKept = Vector512.GreaterThanOrEqual(of, from) & Vector512.LessThanOrEqual(of, to);
                Avx512F.Compress(Vector512<float>.Zero, isKept, of).CopyTo(destination[count..]);
                count += BitOperations.PopCount(isKept.ExtractMostSignificantBits());
            }
        }
        (Vector256<float> low, Vector256<float> high) = (Vector256.Create(least), Vector256.Create(greatest));
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            Vector256<float> of = Vector256.Create(values[i..]);
            uint kept = (Vector256.GreaterThanOrEqual(of, low) & Vector256.LessThanOrEqual(of, high)).ExtractMostSignificantBits();
            Vector256.Shuffle(of, KeptLanes.Of(kept)).CopyTo(destination[count..]);
            count += BitOperations.PopCount(kept);
        }
        for (; i < values.Length; i++)
            if (values[i] >= least && values[i] <= greatest)
                destination[count++] = values[i];
        return count;
    }

    /// <summary>Copies the good pixels in their order, and returns their number.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="isGood">Which of them are good.</param>
    /// <param name="destination">Memory for as many pixels as there are; others than those copied may be changed.</param>
    internal static int CopyGood(ReadOnlySpan<float> pixels, ReadOnlySpan<bool> isGood, Span<float> destination)
    {
        const ulong BitsOfBytes = 0x0102_0408_1020_4080; // moves the lowest bit of each byte into the highest byte
        ReadOnlySpan<byte> good = MemoryMarshal.AsBytes(isGood);
        int count = 0, i = 0;
        if (Avx512F.IsSupported)
            for (; i <= pixels.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> isKept = Vector512.GreaterThan(
                    Avx512F.ConvertToVector512Int32(Vector128.Create<byte>(good[i..])), Vector512<int>.Zero).AsSingle();
                Avx512F.Compress(Vector512<float>.Zero, isKept, Vector512.Create(pixels[i..])).CopyTo(destination[count..]);
                count += BitOperations.PopCount(isKept.ExtractMostSignificantBits());
            }
        for (; i <= pixels.Length - Lanes; i += Lanes)
        {
            uint kept = (uint)(BinaryPrimitives.ReadUInt64LittleEndian(good[i..]) * BitsOfBytes >> 56);
            Vector256.Shuffle(Vector256.Create(pixels[i..]), KeptLanes.Of(kept)).CopyTo(destination[count..]);
            count += BitOperations.PopCount(kept);
        }
        for (; i < pixels.Length; i++)
            if (isGood[i])
                destination[count++] = pixels[i];
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> IsNumber(ReadOnlySpan<float> pixels, int vector) =>
        Vector256.LessThan(Vector256.Abs(Vector256.Create(pixels[(vector * Lanes)..])), Infinity).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> IsPositive(ReadOnlySpan<float> values, int vector) =>
        Vector256.GreaterThan(Vector256.Create(values[(vector * Lanes)..]), Vector256<float>.Zero).AsInt32();

    /// <summary>Returns 1 for each lane that is set, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Pack(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d) =>
        Vector256.Narrow(Vector256.Narrow(a, b), Vector256.Narrow(c, d)).AsByte() & Vector256<byte>.One;

    /// <summary>The lanes that are moved to the front, by the bits of those that are kept.</summary>
    private static class KeptLanes
    {
        private static readonly int[] Lanes256 = Make();

        internal static Vector256<int> Of(uint kept) => Vector256.Create<int>(Lanes256.AsSpan((int)kept * Lanes));

        private static int[] Make()
        {
            int[] lanes = new int[(1 << Lanes) * Lanes];
            for (int kept = 0; kept < 1 << Lanes; kept++)
                for (int lane = 0, next = kept * Lanes; lane < Lanes; lane++)
                    if ((kept >> lane & 1) != 0)
                        lanes[next++] = lane;
            return lanes;
        }
    }
}
