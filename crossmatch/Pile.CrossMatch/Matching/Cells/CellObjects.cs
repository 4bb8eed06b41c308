using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>The objects of b that objects of a in one cell are compared with: the cell's own and the copies from beside it.</summary>
/// <remarks>Small methods that call nothing: as part of a large one, their registers go to the stack, which made the whole match 1.7 times slower.</remarks>
internal sealed class CellObjects
{
    /// <summary>With more steps than this, boxes around the objects of each step are compared first.</summary>
    private const int FewSteps = 5;

    private readonly CellBoxes boxes = new();
    private int[] x = new int[64], y = new int[64], rows = new int[64];
    private int steps;

    internal int Count { get; private set; }

    internal void Clear() => Count = 0;

    /// <summary>Adds objects that follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<long> healpix29, int firstRow)
    {
        Reserve(healpix29.Length);
        Split(healpix29, x.AsSpan(Count), y.AsSpan(Count));
        for (int i = 0; i < healpix29.Length; i++)
            rows[Count + i] = firstRow + i;
        Count += healpix29.Length;
    }

    /// <summary>Adds copies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<long> copyPlaces, ReadOnlySpan<int> copyRows)
    {
        Reserve(copyPlaces.Length);
        for (int i = 0; i < copyPlaces.Length; i++, Count++)
            (x[Count], y[Count], rows[Count]) = ((int)copyPlaces[i], (int)(copyPlaces[i] >> 32), copyRows[i]);
    }

    /// <summary>Fills the last step, and draws the boxes where there are many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Complete()
    {
        steps = (Count + NearTest.Width - 1) / NearTest.Width;
        for (int i = Count; i < steps * NearTest.Width; i++)
            x[i] = y[i] = NearTest.Nowhere;
        if (steps > FewSteps)
            boxes.Draw(x.AsSpan(0, Count), y.AsSpan(0, Count));
    }

    /// <summary>Finds the near objects of objects of a, one after another.</summary>
    /// <param name="aX">x of the objects of a.</param>
    /// <param name="aY">y of them.</param>
    /// <param name="reach">How near is near.</param>
    /// <param name="firstRowA">The row of the first of them; the others follow.</param>
    /// <param name="found">Receives the candidates.</param>
    /// <returns>How many objects of a are done: fewer than all when there might be no room for more candidates.</returns>
    internal int Find(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int reach, int firstRowA, Candidates found) =>
        steps > FewSteps ? boxes.Find(aX, aY, x, y, rows, reach, firstRowA, found) : FindAmongFew(aX, aY, reach, firstRowA, found);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindAmongFew(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int reach, int firstRowA, Candidates found)
    {
        ref int xs = ref MemoryMarshal.GetArrayDataReference(x), ys = ref MemoryMarshal.GetArrayDataReference(y), bs = ref MemoryMarshal.GetArrayDataReference(rows);
        ref int toA = ref MemoryMarshal.GetArrayDataReference(found.RowA), toB = ref MemoryMarshal.GetArrayDataReference(found.RowB);
        int count = found.Count, most = found.RowA.Length - Count - 1, i = 0, end = steps * NearTest.Width;
        for (; i < aX.Length && count <= most; i++)
            for (int at = 0; at < end; at += NearTest.Width)
            {
                // About every second object has a partner, which no branch predictor foresees: the first one is written in any case.
                uint near = NearTest.Places(aX[i], aY[i], ref xs, ref ys, at, reach);
                Unsafe.Add(ref toA, count) = firstRowA + i;
                Unsafe.Add(ref toB, count) = Unsafe.Add(ref bs, at + (BitOperations.TrailingZeroCount(near) & (NearTest.Width - 1)));
                count += near == 0 ? 0 : 1;
                for (near &= near - 1; near != 0; near &= near - 1)
                {
                    Unsafe.Add(ref toA, count) = firstRowA + i;
                    Unsafe.Add(ref toB, count++) = Unsafe.Add(ref bs, at + BitOperations.TrailingZeroCount(near));
                }
            }
        found.Count = count;
        return i;
    }

    /// <summary>Takes x and y out of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Split(ReadOnlySpan<long> healpix29, Span<int> x, Span<int> y)
    {
        ref int xs = ref MemoryMarshal.GetReference(x[..healpix29.Length]), ys = ref MemoryMarshal.GetReference(y[..healpix29.Length]);
        for (int i = 0; i < healpix29.Length; i++)
        {
            Unsafe.Add(ref xs, i) = FacePoint.XOf(healpix29[i]);
            Unsafe.Add(ref ys, i) = FacePoint.YOf(healpix29[i]);
        }
    }

    private void Reserve(int more)
    {
        // The last step may be filled up.
        int needed = Count + more + NearTest.Width;
        if (x.Length >= needed)
            return;
        Array.Resize(ref x, 2 * needed);
        Array.Resize(ref y, 2 * needed);
        Array.Resize(ref rows, 2 * needed);
    }
}
