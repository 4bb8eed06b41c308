using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Finds the end of a cell's rows, which is usually near.</summary>
internal static class SortedRun
{
    /// <summary>Returns the first row, from a given row on, whose value is not below a limit; several rows per step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int End(ReadOnlySpan<long> sorted, int first, long limit)
    {
        ref long values = ref MemoryMarshal.GetReference(sorted);
        int i = first;
        if (Vector512.IsHardwareAccelerated)
            for (; i <= sorted.Length - 8; i += 8)
            {
                uint below = (uint)Vector512.LessThan(Vector512.LoadUnsafe(ref values, (nuint)i), Vector512.Create(limit))
                    .ExtractMostSignificantBits();
                if (below != 0xFF)
                    return i + BitOperations.PopCount(below);
            }
        else if (Vector256.IsHardwareAccelerated)
            for (; i <= sorted.Length - 4; i += 4)
            {
                uint below = Vector256.LessThan(Vector256.LoadUnsafe(ref values, (nuint)i), Vector256.Create(limit))
                    .ExtractMostSignificantBits();
                if (below != 0xF)
                    return i + BitOperations.PopCount(below);
            }
        while (i < sorted.Length && Unsafe.Add(ref values, i) < limit)
            i++;
        return i;
    }
}
