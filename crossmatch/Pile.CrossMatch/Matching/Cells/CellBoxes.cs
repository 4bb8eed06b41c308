using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Boxes around the objects of each step in a cell with very many objects, because consecutive objects are near each
/// other.</summary>
internal sealed class CellBoxes
{
    private int[] minX = [], maxX = [], minY = [], maxY = [];
    private int steps;

    /// <summary>Computes the boxes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Draw(ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        steps = (x.Length + NearTest.Width - 1) / NearTest.Width;
        int padded = (steps + NearTest.Width - 1) / NearTest.Width * NearTest.Width;
        if (minX.Length < padded)
            (minX, maxX, minY, maxY) = (new int[2 * padded], new int[2 * padded], new int[2 * padded], new int[2 * padded]);
        for (int step = 0; step < padded; step++)
        {
            (int lowX, int highX, int lowY, int highY) = (NearTest.Nowhere, NearTest.Nowhere, NearTest.Nowhere, NearTest.Nowhere);
            int first = step * NearTest.Width, end = Math.Min(first + NearTest.Width, x.Length);
            if (first < end)
                (lowX, highX, lowY, highY) = (x[first], x[first], y[first], y[first]);
            for (int i = first + 1; i < end; i++)
            {
                (lowX, highX) = (Math.Min(lowX, x[i]), Math.Max(highX, x[i]));
                (lowY, highY) = (Math.Min(lowY, y[i]), Math.Max(highY, y[i]));
            }
            (minX[step], maxX[step], minY[step], maxY[step]) = (lowX, highX, lowY, highY);
        }
    }

    /// <summary>Does the same as <see cref="CellObjects.Find"/>, box by box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Find(ReadOnlySpan<int> aX, ReadOnlySpan<int> aY, int[] x, int[] y, int[] rows, int reach, int firstRowA, Candidates found)
    {
        ref int xs = ref MemoryMarshal.GetArrayDataReference(x), ys = ref MemoryMarshal.GetArrayDataReference(y),
            bs = ref MemoryMarshal.GetArrayDataReference(rows);
        ref int lowX = ref MemoryMarshal.GetArrayDataReference(minX), highX = ref MemoryMarshal.GetArrayDataReference(maxX);
        ref int lowY = ref MemoryMarshal.GetArrayDataReference(minY), highY = ref MemoryMarshal.GetArrayDataReference(maxY);
        ref int toA = ref MemoryMarshal.GetArrayDataReference(found.RowA), toB = ref MemoryMarshal.GetArrayDataReference(found.RowB);
        int count = found.Count, most = found.RowA.Length - (steps * NearTest.Width) - 1, i = 0;
        for (; i < aX.Length && count <= most; i++)
            for (int box = 0; box < steps; box += NearTest.Width)
                for (uint near = NearTest.Boxes(aX[i], aY[i], ref lowX, ref highX, ref lowY, ref highY, box, reach); near
                    != 0; near &= near - 1)
                {
                    int at = (box + BitOperations.TrailingZeroCount(near)) * NearTest.Width;
                    for (uint inBox = NearTest.Places(aX[i], aY[i], ref xs, ref ys, at, reach); inBox != 0; inBox &= inBox - 1)
                    {
                        Unsafe.Add(ref toA, count) = firstRowA + i;
                        Unsafe.Add(ref toB, count++) = Unsafe.Add(ref bs, at + BitOperations.TrailingZeroCount(inBox));
                    }
                }
        found.Count = count;
        return i;
    }
}
