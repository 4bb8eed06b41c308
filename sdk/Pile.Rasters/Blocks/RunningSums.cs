using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Rasters;

/// <summary>Undoes horizontal differences: running sums per band, modulo the element's range.</summary>
internal static class RunningSums
{
    private static readonly Vector128<byte>[] Shifts = [.. Enumerable.Range(0, 17).Select(bytes =>
        Vector128.Create([.. Enumerable.Range(0, 16).Select(i => (byte)(i < bytes ? 0xff : i - bytes))]))];

    private static readonly Vector128<byte>[] LastPixel = [.. Enumerable.Range(0, 17).Select(bytes =>
        Vector128.Create([.. Enumerable.Range(0, 16).Select(i => (byte)(16 - bytes + (i % Math.Max(bytes, 1))))]))];

    /// <summary>Sums pixels of interleaved bands.</summary>
    /// <param name="source">Differences: bands of a pixel, then the next pixel.</param>
    /// <param name="bands">The number of bands.</param>
    /// <param name="destination">Receives the sums; may be the source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // without it, the first thousands of rows run in slow first-tier code
    internal static void Undo<T>(ReadOnlySpan<T> source, int bands, Span<T> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        destination = destination[..source.Length];
        int pixelBytes = bands * Unsafe.SizeOf<T>();
        bool fitsVector = pixelBytes <= 8 && BitOperations.IsPow2(pixelBytes);
        int done = fitsVector && source.Length > bands ? Vectors(source, pixelBytes, destination) : 0;
        switch (bands)
        {
            case 1:
                T sum = done > 0 ? destination[done - 1] : T.Zero;
                for (int i = done; i < source.Length; i++)
                    destination[i] = sum = unchecked(sum + source[i]);
                break;
            case 3 when source.Length % 3 is 0:
                T first = T.Zero, second = T.Zero, third = T.Zero;
                for (int i = 0; i + 2 < source.Length; i += 3)
                {
                    destination[i] = first = unchecked(first + source[i]);
                    destination[i + 1] = second = unchecked(second + source[i + 1]);
                    destination[i + 2] = third = unchecked(third + source[i + 2]);
                }
                break;
            default:
                for (; done < Math.Min(bands, source.Length); done++)
                    destination[done] = source[done];
                for (int i = done; i < source.Length; i++)
                    destination[i] = unchecked(destination[i - bands] + source[i]);
                break;
        }
    }

    /// <summary>Sums whole vectors: within a vector by shifts that double, and the last pixel of the vector before is added.</summary>
    /// <returns>The number of elements done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Vectors<T>(ReadOnlySpan<T> source, int pixelBytes, Span<T> destination)
        where T : unmanaged
    {
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(destination);
        int lanes = Vector128<T>.Count, end = source.Length - lanes;
        Vector128<byte> shift1 = Shifts[pixelBytes], shift2 = Shifts[pixelBytes * 2], shift4 = Shifts[Math.Min(16, pixelBytes * 4)],
            shift8 = Shifts[Math.Min(16, pixelBytes * 8)];
        Vector128<byte> last = LastPixel[pixelBytes];
        Vector128<T> carry = default;
        int at = 0;
        for (; at <= end; at += lanes)
        {
            Vector128<T> sums = Vector128.LoadUnsafe(ref from, (nuint)at);
            sums += Vector128.ShuffleNative(sums.AsByte(), shift1).As<byte, T>();
            if (pixelBytes <= 4)
                sums += Vector128.ShuffleNative(sums.AsByte(), shift2).As<byte, T>();
            if (pixelBytes <= 2)
                sums += Vector128.ShuffleNative(sums.AsByte(), shift4).As<byte, T>();
            if (pixelBytes is 1)
                sums += Vector128.ShuffleNative(sums.AsByte(), shift8).As<byte, T>();
            sums += carry;
            sums.StoreUnsafe(ref to, (nuint)at);
            carry = Vector128.ShuffleNative(sums.AsByte(), last).As<byte, T>();
        }
        return at;
    }
}
