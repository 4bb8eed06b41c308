using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Finds the objects of b near the edges of their cells, and copies them into every cell within reach.</summary>
/// <remarks>
/// A few bit operations on the pixel exclude most objects: near an edge the high bits of x or y within the cell are all zeros or all ones.
/// The neighbouring cell may have another size, so the positions around an object are looked up separately, at the finest order.
/// </remarks>
internal sealed class BorderScan(CellOrders orders, int reach)
{
    private readonly int finestSide = 1 << (Healpix.MaxOrder - orders.Finest);

    /// <summary>Returns the copies of one chunk, sorted by cell.</summary>
    internal BorderCopies Find(ReadOnlySpan<long> healpix29, int firstRow)
    {
        BorderCopies copies = new();
        int first = 0;
        for (int region = orders.RegionOf(healpix29[0]); first < healpix29.Length; region++)
        {
            long end = orders.PixelsOf(region).End;
            int last = healpix29[^1] < end ? healpix29.Length : first + Sorted.LowerBound(healpix29[first..], end);
            int shift = 2 * (Healpix.MaxOrder - orders.OrderOf(region));
            // The bits from the lowest one that is 0 in every coordinate near 0, up to the cell's side.
            int low = 2 * (32 - BitOperations.LeadingZeroCount((uint)reach - 1));
            long highBits = (1L << shift) - (1L << low), xBits = highBits & 0x5555_5555_5555_5555,
                yBits = highBits & ~0x5555_5555_5555_5555;
            Scan(healpix29[first..last], firstRow + first, xBits, yBits, copies, shift);
            first = last;
        }
        copies.Sort();
        copies.Trim();
        return copies;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(ReadOnlySpan<long> healpix29, int firstRow, long xBits, long yBits, BorderCopies copies, int shift)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<long> x = Vector256.Create(xBits), y = Vector256.Create(yBits);
            ref long pixels = ref MemoryMarshal.GetReference(healpix29);
            for (; i <= healpix29.Length - 4; i += 4)
            {
                Vector256<long> pixel = Vector256.LoadUnsafe(ref pixels, (nuint)i), ofX = pixel & x, ofY = pixel & y;
                Vector256<long> near = Vector256.Equals(ofX, Vector256<long>.Zero) | Vector256.Equals(ofX, x)
                    | Vector256.Equals(ofY, Vector256<long>.Zero) | Vector256.Equals(ofY, y);
                for (uint bits = near.ExtractMostSignificantBits(); bits != 0; bits &= bits - 1)
                {
                    int at = i + BitOperations.TrailingZeroCount(bits);
                    Copy(healpix29[at], firstRow + at, copies, shift);
                }
            }
        }
        for (; i < healpix29.Length; i++)
        {
            long ofX = healpix29[i] & xBits, ofY = healpix29[i] & yBits;
            if (ofX == 0 || ofX == xBits || ofY == 0 || ofY == yBits)
                Copy(healpix29[i], firstRow + i, copies, shift);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(long healpix29, int row, BorderCopies copies, int shift)
    {
        FacePoint place = FacePoint.Of(healpix29);
        int stepX = StepOf(place.X), stepY = StepOf(place.Y);
        if ((stepX | stepY) == 0)
            return;
        long own = healpix29 >> shift << shift;
        long besideX = stepX == 0 ? own : CopyTo(place, stepX, 0, own, own, own, row, copies);
        long besideY = stepY == 0 ? own : CopyTo(place, 0, stepY, own, own, besideX, row, copies);
        if (stepX != 0 && stepY != 0)
            CopyTo(place, stepX, stepY, own, besideX, besideY, row, copies);
    }

    /// <summary>Returns the edge of the cell of the finest order to which a coordinate is near.</summary>
    private int StepOf(int coordinate)
    {
        int within = coordinate & (finestSide - 1);
        return within < reach ? -1 : within >= finestSide - reach ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long CopyTo(FacePoint place, int stepX, int stepY, long own, long known, long knownToo, int row, BorderCopies copies)
    {
        int x = place.X + (stepX * reach), y = place.Y + (stepY * reach);
        int crossX = x < 0 ? -1 : x >= FacePoint.Side ? 1 : 0, crossY = y < 0 ? -1 : y >= FacePoint.Side ? 1 : 0;
        FacePoint beside = new(place.Face, x, y);
        FacePoint target = beside, seen = place;
        if ((crossX | crossY) != 0 && !(beside.TryCross(crossX, crossY, out target) && place.TryCross(crossX, crossY, out seen)))
        {
            CopyRoundCorner(place, crossX, crossY, known, knownToo, row, copies);
            return own;
        }
        long pixel = target.ToHealpix29();
        int shift = 2 * (Healpix.MaxOrder - orders.OrderOf(orders.RegionOf(pixel)));
        long cell = pixel >> shift << shift;
        if (cell != own && cell != known && cell != knownToo)
            copies.Add(cell, seen.X, seen.Y, row);
        return cell;
    }

    /// <summary>Copies an object around a corner where three base faces meet.</summary>
    /// <remarks>At such a corner one face covers 66 of the 360 degrees, and the shortest path between the other two may cross it.
    /// Coordinates that are continued across it differ. An object of a may then be compared with both copies; the duplicate pair is
    /// removed.</remarks>
    private static void CopyRoundCorner(FacePoint place, int crossX, int crossY, long cellOverX, long cellOverY, int row,
        BorderCopies copies)
    {
        if (!place.TryCross(crossX, 0, out FacePoint overX) || !place.TryCross(0, crossY, out FacePoint overY))
            return;
        if (TryCrossTo(overY, overX.Face, out FacePoint round))
            copies.Add(cellOverX, round.X, round.Y, row);
        if (TryCrossTo(overX, overY.Face, out round))
            copies.Add(cellOverY, round.X, round.Y, row);
    }

    private static bool TryCrossTo(FacePoint place, int face, out FacePoint there) =>
        (place.TryCross(1, 0, out there) && there.Face == face) || (place.TryCross(-1, 0, out there) && there.Face == face)
        || (place.TryCross(0, 1, out there) && there.Face == face) || (place.TryCross(0, -1, out there) && there.Face == face);
}
