using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Converts pixels to x and y on their base face, as defined by <see cref="FacePoint"/>.</summary>
internal static class FacePlaces
{
    /// <summary>The number of pixels of one step.</summary>
    internal const int Width = 16;

    private const int Mask = FacePoint.Side - 1;

    /// <summary>Computes x and y of pixels in complete steps. Results after the last pixel are undefined.</summary>
    /// <param name="healpix29">Order-29 NESTED pixels, preferably followed by another step of values, which are read and ignored.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="x">Receives x; at least <see cref="Width"/> elements longer than <paramref name="count"/>.</param>
    /// <param name="y">Receives y; as long as <paramref name="x"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Split(ReadOnlySpan<long> healpix29, int count, Span<int> x, Span<int> y)
    {
        ref long pixels = ref MemoryMarshal.GetReference(healpix29[..count]);
        ref int xs = ref MemoryMarshal.GetReference(x[..(count + Width)]), ys = ref MemoryMarshal.GetReference(y[..(count + Width)]);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
            for (; i < count && i <= healpix29.Length - Width; i += Width)
            {
                Vector512<long> low = Vector512.LoadUnsafe(ref pixels, (nuint)i), high = Vector512.LoadUnsafe(ref pixels, (nuint)i + 8);
                (Vector512.Narrow(BitInterleave.Even(low), BitInterleave.Even(high)) & Vector512.Create(Mask))
                    .StoreUnsafe(ref xs, (nuint)i);
                (Vector512.Narrow(BitInterleave.Even(low >>> 1), BitInterleave.Even(high >>> 1)) & Vector512.Create(Mask))
                    .StoreUnsafe(ref ys, (nuint)i);
            }
        else if (Vector256.IsHardwareAccelerated)
            for (; i < count && i <= healpix29.Length - (Width / 2); i += Width / 2)
            {
                Vector256<long> low = Vector256.LoadUnsafe(ref pixels, (nuint)i), high = Vector256.LoadUnsafe(ref pixels, (nuint)i + 4);
                (Vector256.Narrow(BitInterleave.Even(low), BitInterleave.Even(high)) & Vector256.Create(Mask))
                    .StoreUnsafe(ref xs, (nuint)i);
                (Vector256.Narrow(BitInterleave.Even(low >>> 1), BitInterleave.Even(high >>> 1)) & Vector256.Create(Mask))
                    .StoreUnsafe(ref ys, (nuint)i);
            }
        for (; i < count; i++)
            (Unsafe.Add(ref xs, i), Unsafe.Add(ref ys, i)) = (FacePoint.XOf(Unsafe.Add(ref pixels, i)),
                FacePoint.YOf(Unsafe.Add(ref pixels, i)));
    }
}
