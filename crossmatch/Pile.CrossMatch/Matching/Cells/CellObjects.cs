using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>The objects of b that are compared with the objects of a in one cell: those of the cell, and copies from neighbouring
/// cells.</summary>
/// <remarks>The methods are small and call no others. As part of a larger method their registers would be spilled to the stack, which made
/// the match 1.7 times slower.</remarks>
internal sealed class CellObjects
{
    /// <summary>The maximum number of steps without boxes. With more steps, boxes around the objects of each step are compared
    /// first.</summary>
    private const int FewSteps = 5;

    private readonly CellBoxes boxes = new();
    private int[] x = new int[64], y = new int[64], rows = new int[64];
    private int steps;

    internal int Count { get; private set; }

    internal void Clear() => Count = 0;

    /// <summary>Adds consecutive objects.</summary>
    /// <param name="healpix29">The pixels of the objects, followed by other pixels.</param>
    /// <param name="count">The number of objects.</param>
    /// <param name="firstRow">The row of the first object.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<long> healpix29, int count, int firstRow)
    {
        Reserve(count);
        FacePlaces.Split(healpix29, count, x.AsSpan(Count), y.AsSpan(Count));
        FillAscending(rows.AsSpan(Count), count, firstRow);
        Count += count;
    }

    // In complete steps, like the other arrays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FillAscending(Span<int> to, int count, int first)
    {
        ref int values = ref MemoryMarshal.GetReference(to);
        if (Vector512.IsHardwareAccelerated)
            for (int i = 0; i < count; i += Vector512<int>.Count)
                (Vector512<int>.Indices + Vector512.Create(first + i)).StoreUnsafe(ref values, (nuint)i);
        else
            for (int i = 0; i < count; i += Vector128<int>.Count)
                (Vector128<int>.Indices + Vector128.Create(first + i)).StoreUnsafe(ref values, (nuint)i);
    }

    /// <summary>Adds copies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ReadOnlySpan<long> copyPlaces, ReadOnlySpan<int> copyRows)
    {
        Reserve(copyPlaces.Length);
        for (int i = 0; i < copyPlaces.Length; i++, Count++)
            (x[Count], y[Count], rows[Count]) = ((int)copyPlaces[i], (int)(copyPlaces[i] >> 32), copyRows[i]);
    }

    /// <summary>Fills the last step, and computes the boxes if there are many steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Complete()
    {
        steps = (Count + NearTest.Width - 1) / NearTest.Width;
        for (int i = Count; i < steps * NearTest.Width; i++)
            x[i] = y[i] = NearTest.Nowhere;
        if (steps > FewSteps)
            boxes.Draw(x.AsSpan(0, Count), y.AsSpan(0, Count));
    }

    /// <summary>Finds the objects near objects of a.</summary>
    /// <param name="aX">The x of the objects of a.</param>
    /// <param name="aY">The y of the objects of a.</param>
    /// <param name="reach">The largest difference in x or y.</param>
    /// <param name="firstRowA">The row of the first object of a; the others are consecutive.</param>
    /// <param name="found">Receives the candidates.</param>
    /// <returns>The number of objects of a that are done; fewer than all if the memory for candidates may be exceeded.</returns>
    internal int Find(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int reach, int firstRowA, Candidates found) =>
        steps > FewSteps ? boxes.Find(aX, aY, x, y, rows, reach, firstRowA, found)
        : steps > 1 ? FindAmongFew(aX, aY, reach, firstRowA, found) : FindInOneStep(aX, aY, reach, firstRowA, found);

    /// <summary>Does the same if all objects fit into one step, as in most cells, with all values in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindInOneStep(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int reach, int firstRowA, Candidates found)
    {
        ref int xs = ref MemoryMarshal.GetArrayDataReference(x), ys = ref MemoryMarshal.GetArrayDataReference(y),
            bs = ref MemoryMarshal.GetArrayDataReference(rows);
        ref int fromX = ref MemoryMarshal.GetReference(aX), fromY = ref MemoryMarshal.GetReference(aY);
        ref int toA = ref MemoryMarshal.GetArrayDataReference(found.RowA), toB = ref MemoryMarshal.GetArrayDataReference(found.RowB);
        int count = found.Count, end = Math.Min(Math.Min(aX.Length, aY.Length), (found.RowA.Length - 1 - count) / NearTest.Width);
        for (int i = 0; i < end; i++)
        {
            // About every second object has a partner, which is unpredictable for a branch predictor, so the first partner is always
            // written. Without a partner, this reads element 32, which exists.
            uint near = NearTest.Places(Unsafe.Add(ref fromX, i), Unsafe.Add(ref fromY, i), ref xs, ref ys, 0, reach);
            Unsafe.Add(ref toA, count) = firstRowA + i;
            Unsafe.Add(ref toB, count) = Unsafe.Add(ref bs, BitOperations.TrailingZeroCount(near));
            count += near == 0 ? 0 : 1;
            for (near &= near - 1; near != 0; near &= near - 1)
            {
                Unsafe.Add(ref toA, count) = firstRowA + i;
                Unsafe.Add(ref toB, count++) = Unsafe.Add(ref bs, BitOperations.TrailingZeroCount(near));
            }
        }
        found.Count = count;
        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FindAmongFew(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int reach, int firstRowA, Candidates found)
    {
        ref int xs = ref MemoryMarshal.GetArrayDataReference(x), ys = ref MemoryMarshal.GetArrayDataReference(y),
            bs = ref MemoryMarshal.GetArrayDataReference(rows);
        ref int toA = ref MemoryMarshal.GetArrayDataReference(found.RowA), toB = ref MemoryMarshal.GetArrayDataReference(found.RowB);
        int count = found.Count, most = found.RowA.Length - Count - 1, i = 0, end = steps * NearTest.Width;
        for (; i < aX.Length && count <= most; i++)
            for (int at = 0; at < end; at += NearTest.Width)
            {
                // About every second object has a partner, which is unpredictable for a branch predictor, so the first partner is always
                // written.
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

    private void Reserve(int more)
    {
        // Steps are padded.
        int needed = Count + more + Math.Max(NearTest.Width, FacePlaces.Width);
        if (x.Length >= needed)
            return;
        Array.Resize(ref x, 2 * needed);
        Array.Resize(ref y, 2 * needed);
        Array.Resize(ref rows, 2 * needed);
    }
}
