using System.Runtime.CompilerServices;
using Pile.Sky;

namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Pairs that may be near enough: collected, then measured together.</summary>
internal sealed class Candidates(SortedPositions a, SortedPositions b, double radiusArcsec)
{
    private const int FirstLength = 4096;

    private double[] raA = new double[FirstLength], decA = new double[FirstLength], raB = new double[FirstLength], decB = new double[FirstLength], separationArcsec = new double[FirstLength];

    internal int[] RowA { get; private set; } = new int[FirstLength];

    internal int[] RowB { get; private set; } = new int[FirstLength];

    internal int Count { get; set; }

    /// <summary>Makes room for all partners of one object, beside some others. Call when empty.</summary>
    internal void Reserve(int partners)
    {
        if (RowA.Length >= 2 * partners)
            return;
        int length = (2 * partners) + FirstLength;
        (RowA, RowB) = (new int[length], new int[length]);
        (raA, decA, raB, decB, separationArcsec) = (new double[length], new double[length], new double[length], new double[length], new double[length]);
    }

    /// <summary>Measures the candidates, keeps those within the radius, and is empty again.</summary>
    internal void MeasureInto(PairBuffer pairs)
    {
        if (Count == 0)
            return;
        pairs.Reserve(Count);
        Gather(a, RowA.AsSpan(0, Count), raA, decA);
        Gather(b, RowB.AsSpan(0, Count), raB, decB);
        SmallSeparations.Compute(raA.AsSpan(0, Count), decA.AsSpan(0, Count), raB.AsSpan(0, Count), decB.AsSpan(0, Count), radiusArcsec, separationArcsec);
        Keep(pairs);
        Count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(SortedPositions side, ReadOnlySpan<int> rows, Span<double> raDeg, Span<double> decDeg)
    {
        ReadOnlySpan<double> raOfChunk = default, decOfChunk = default;
        int chunk = -1;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (row >> SortedPositions.ChunkShift != chunk)
            {
                chunk = row >> SortedPositions.ChunkShift;
                raOfChunk = side.RaDeg(chunk);
                decOfChunk = side.DecDeg(chunk);
            }
            row &= SortedPositions.ChunkRows - 1;
            (raDeg[i], decDeg[i]) = (raOfChunk[row], decOfChunk[row]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Keep(PairBuffer pairs)
    {
        int[] toA = pairs.RowA, toB = pairs.RowB;
        double[] toSeparation = pairs.SeparationArcsec;
        int count = pairs.Count;
        for (int i = 0; i < Count; i++)
        {
            double separation = separationArcsec[i];
            if (double.IsNaN(separation))
                separation = Separation.Arcsec(raA[i], decA[i], raB[i], decB[i]);
            (toA[count], toB[count], toSeparation[count]) = (RowA[i], RowB[i], separation);
            count += separation <= radiusArcsec ? 1 : 0;
        }
        pairs.Count = count;
    }
}
