using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pile.Format;

/// <summary>Counts how often each of the 256 values occurs among bytes.</summary>
internal static class ByteCounts
{
    /// <summary>The number of values.</summary>
    internal const int Values = 256;

    private const int Tables = 4;

    /// <summary>Adds bytes to the counts.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="counts">The count of each value: the first <see cref="Values"/> elements.</param>
    internal static void Add(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        Span<int> tables = stackalloc int[Tables * Values];
        tables.Clear();
        ref int table = ref MemoryMarshal.GetReference(tables);
        ref byte first = ref MemoryMarshal.GetReference(bytes);
        nint i = 0;
        for (; i <= bytes.Length - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            ref byte block = ref Unsafe.Add(ref first, i);
            if (Vector512.LoadUnsafe(ref block) == Vector512.Create(block)) // padding, and planes of one value
                tables[block] += Vector512<byte>.Count;
            else
                AddBlock(ref table, ref block);
        }
        foreach (byte value in bytes[(int)i..])
            tables[value]++;
        for (int value = 0; value < Values; value++)
            counts[value] += tables[value] + tables[Values + value] + tables[(2 * Values) + value] + tables[(3 * Values) + value];
    }

    // Several tables, so that equal neighbours do not wait for each other's increment.
    private static void AddBlock(ref int table, ref byte block)
    {
        for (nint i = 0; i < Vector512<byte>.Count; i += 2 * Tables)
        {
            Unsafe.Add(ref table, (nint)Unsafe.Add(ref block, i))++;
            Unsafe.Add(ref table, Values + (nint)Unsafe.Add(ref block, i + 1))++;
            Unsafe.Add(ref table, (2 * Values) + (nint)Unsafe.Add(ref block, i + 2))++;
            Unsafe.Add(ref table, (3 * Values) + (nint)Unsafe.Add(ref block, i + 3))++;
            Unsafe.Add(ref table, (nint)Unsafe.Add(ref block, i + 4))++;
            Unsafe.Add(ref table, Values + (nint)Unsafe.Add(ref block, i + 5))++;
            Unsafe.Add(ref table, (2 * Values) + (nint)Unsafe.Add(ref block, i + 6))++;
            Unsafe.Add(ref table, (3 * Values) + (nint)Unsafe.Add(ref block, i + 7))++;
        }
    }
}
