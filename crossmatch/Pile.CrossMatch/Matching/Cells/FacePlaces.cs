using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>x and y of many pixels on their base face, as <see cref="FacePoint"/> has them.</summary>
internal static class FacePlaces
{
    /// <summary>Pixels taken in one step.</summary>
    internal const int Width = 16;

    private const int Mask = FacePoint.Side - 1;

    /// <summary>Takes x and y out of pixels, in whole steps: what is beyond the last of them comes out as whatever follows in
    /// memory.</summary>
    /// <param name="healpix29">Order-29 NESTED pixels, and best a step more, which are read and mean nothing.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="x">Receives x; at least <see cref="Width"/> longer than that.</param>
    /// <param name="y">Receives y; as long.</param>
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
