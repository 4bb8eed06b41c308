using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Collects pairs that may be within the radius, and computes their separations together.</summary>
internal sealed class Candidates(SortedPositions a, SortedPositions b, double radiusArcsec)
{
    private const int FirstLength = 4096;

    private double[] raA = new double[FirstLength], decA = new double[FirstLength], raB = new double[FirstLength],
        decB = new double[FirstLength], separationArcsec = new double[FirstLength];

    internal int[] RowA { get; private set; } = new int[FirstLength];

    internal int[] RowB { get; private set; } = new int[FirstLength];

    internal int Count { get; set; }

    /// <summary>Allocates memory for all partners of one object and some others. Call when empty.</summary>
    internal void Reserve(int partners)
    {
        if (RowA.Length >= 2 * partners)
            return;
        int length = (2 * partners) + FirstLength;
        (RowA, RowB) = (new int[length], new int[length]);
        (raA, decA, raB, decB, separationArcsec) = (new double[length], new double[length], new double[length], new double[length],
            new double[length]);
    }

    /// <summary>Computes the separations of the candidates, adds those within the radius to <paramref name="pairs"/>, and clears the
    /// candidates.</summary>
    internal void MeasureInto(PairBuffer pairs)
    {
        if (Count == 0)
            return;
        pairs.Reserve(Count);
        Gather(a, RowA.AsSpan(0, Count), raA, decA);
        Gather(b, RowB.AsSpan(0, Count), raB, decB);
        SmallSeparations.Compute(raA.AsSpan(0, Count), decA.AsSpan(0, Count), raB.AsSpan(0, Count), decB.AsSpan(0, Count), radiusArcsec,
            separationArcsec);
        Keep(pairs);
        Count = 0;
    }

    private static void Gather(SortedPositions side, ReadOnlySpan<int> rows, Span<double> raDeg, Span<double> decDeg)
    {
        for (int done = 0; done < rows.Length;)
        {
            int chunk = rows[done] >> SortedPositions.ChunkShift;
            done += GatherOf(chunk, side.RaDeg(chunk), side.DecDeg(chunk), rows[done..], raDeg[done..], decDeg[done..]);
        }
    }

    /// <returns>The number of rows in the chunk, up to the first row of another chunk.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GatherOf(int chunk, ReadOnlySpan<double> raOfChunk, ReadOnlySpan<double> decOfChunk, ReadOnlySpan<int> rows,
        Span<double> raDeg, Span<double> decDeg)
    {
        ref double toRa = ref MemoryMarshal.GetReference(raDeg[..rows.Length]),
            toDec = ref MemoryMarshal.GetReference(decDeg[..rows.Length]);
        ref double fromDec = ref MemoryMarshal.GetReference(decOfChunk[..raOfChunk.Length]);
        int first = chunk << SortedPositions.ChunkShift, i = 0;
        _ = raOfChunk[rows[0] - first]; // there is at least one row
        for (; i < rows.Length; i++)
        {
            uint row = (uint)(rows[i] - first);
            if (row >= (uint)raOfChunk.Length)
                break;
            Unsafe.Add(ref toRa, i) = raOfChunk[(int)row];
            Unsafe.Add(ref toDec, i) = Unsafe.Add(ref fromDec, row);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(PairBuffer pairs)
    {
        // The memory suffices for all candidates, so that each is written without a branch and overwritten if it is too far.
        ref int toA = ref MemoryMarshal.GetArrayDataReference(pairs.RowA), toB = ref MemoryMarshal.GetArrayDataReference(pairs.RowB);
        ref double toSeparation = ref MemoryMarshal.GetArrayDataReference(pairs.SeparationArcsec);
        ref int fromA = ref MemoryMarshal.GetArrayDataReference(RowA), fromB = ref MemoryMarshal.GetArrayDataReference(RowB);
        ref double fromSeparation = ref MemoryMarshal.GetArrayDataReference(separationArcsec);
        double most = radiusArcsec;
        int kept = pairs.Count, count = Count;
        for (int i = 0; i < count; i++)
        {
            double separation = Unsafe.Add(ref fromSeparation, i);
            if (double.IsNaN(separation))
                separation = Scalar(i);
            Unsafe.Add(ref toA, kept) = Unsafe.Add(ref fromA, i);
            Unsafe.Add(ref toB, kept) = Unsafe.Add(ref fromB, i);
            Unsafe.Add(ref toSeparation, kept) = separation;
            kept += separation <= most ? 1 : 0;
        }
        pairs.Count = kept;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double Scalar(int i) => Separation.Arcsec(raA[i], decA[i], raB[i], decB[i]);
}
