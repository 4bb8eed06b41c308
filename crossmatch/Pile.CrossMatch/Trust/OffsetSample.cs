using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Keeps the offsets of some pairs on the sky while pairs are found. Thread-safe.</summary>
/// <remarks>The pairs of every 2ᵏ-th row of A are kept; k increases when there are too many. Rows are in the order of the sky, so that the
/// sample is spread evenly, and it does not depend on the order of the blocks or on the number of threads.</remarks>
/// <param name="a">The positions of A.</param>
/// <param name="b">The positions of B.</param>
/// <param name="mostPairs">The maximum number of pairs.</param>
internal sealed class OffsetSample(SortedPositions a, SortedPositions b, int mostPairs)
{
    /// <summary>The maximum number of pairs if only the median offset is needed, and with a certificate.</summary>
    internal const int FewPairs = 1024, ManyPairs = 16_384;

    private const int LargestStride = 1 << 30;
    private const double RadPerDeg = Math.PI / 180;

    // Near a pole, and over large separations, offsets are along the great circle from A to B.
    private const double PolarDeg = 80, LargestFlatArcsec = 600;

    private readonly Lock turn = new();
    private const int OrdinalBits = 24;

    // Arrays of numbers, because collections of own types would be compiled when the program starts.
    private readonly long[] keys = new long[mostPairs + 1]; // row of A, and the number of the pair among those of the row
    private readonly double[] east = new double[mostPairs + 1], north = new double[mostPairs + 1];
    private int count;
    private volatile int stride = 1;

    /// <summary>Adds the pairs of a block.</summary>
    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        for (int i = 0; i < rowA.Length;)
        {
            int step = stride, row = (rowA[i] + step - 1) & -step;
            if (row < 0)
                return; // beyond the largest row
            if (rowA[i] != row && (i = Next(rowA, i, row)) < rowA.Length && rowA[i] != row)
                continue;
            for (int first = i; i < rowA.Length && rowA[i] == row; i++)
                Add(row, Math.Min(i - first, (1 << OrdinalBits) - 1), pairs.RowB[i], pairs.SeparationArcsec[i]);
        }
    }

    /// <summary>Returns the offsets from A to B in arcseconds: east, which is ΔRA·cos δ, and north.</summary>
    /// <param name="inOrder">True for the order of the rows of A, false for any.</param>
    internal (double[] EastArcsec, double[] NorthArcsec) ToArrays(bool inOrder)
    {
        if (!inOrder)
            return (east.AsSpan(0, count).ToArray(), north.AsSpan(0, count).ToArray());
        int[] places = new int[count];
        for (int i = 0; i < count; i++)
            places[i] = i;
        Array.Sort(keys, places, 0, count);
        (double[] sortedEast, double[] sortedNorth) = (new double[count], new double[count]);
        for (int i = 0; i < count; i++)
            (sortedEast[i], sortedNorth[i]) = (east[places[i]], north[places[i]]);
        return (sortedEast, sortedNorth);
    }

    private void Add(int rowA, int ordinal, int rowB, double separationArcsec)
    {
        (double eastArcsec, double northArcsec) = Between(a.At(rowA), b.At(rowB), separationArcsec);
        lock (turn)
        {
            if ((rowA & (stride - 1)) != 0)
                return;
            (keys[count], east[count], north[count]) = (((long)rowA << OrdinalBits) | (uint)ordinal, eastArcsec, northArcsec);
            count++;
            while (count > mostPairs)
                KeepHalf();
        }
    }

    // If one row has more pairs than the sample, the first ones are kept.
    private void KeepHalf()
    {
        bool isLast = stride == LargestStride;
        int others = isLast ? 0 : (2 * stride) - 1, kept = 0;
        for (int i = 0; i < (isLast ? mostPairs : count); i++)
            if ((keys[i] >> OrdinalBits & others) == 0)
            {
                (keys[kept], east[kept], north[kept]) = (keys[i], east[i], north[i]);
                kept++;
            }
        count = kept;
        if (!isLast)
            stride = others + 1;
    }

    // Returns the first place from a place on whose row is not below a row. Steps double, because the row is usually near.
    private static int Next(ReadOnlySpan<int> rows, int first, int row)
    {
        int step = 1;
        while (first + step < rows.Length && rows[first + step] < row)
            (first, step) = (first + step, 2 * step);
        int end = Math.Min(first + step, rows.Length);
        while (end - first > 1)
        {
            int middle = (first + end) >> 1;
            (first, end) = rows[middle] < row ? (middle, end) : (first, middle);
        }
        return end;
    }

    private static (double EastArcsec, double NorthArcsec) Between((double RaDeg, double DecDeg) a, (double RaDeg, double DecDeg) b,
        double separationArcsec)
    {
        if (Math.Abs(a.DecDeg) > PolarDeg || separationArcsec > LargestFlatArcsec)
        {
            (double sin, double cos) = Math.SinCos(Separation.PositionAngleDeg(a.RaDeg, a.DecDeg, b.RaDeg, b.DecDeg) * RadPerDeg);
            return (separationArcsec * sin, separationArcsec * cos);
        }
        double deltaRa = b.RaDeg - a.RaDeg;
        deltaRa -= 360 * Math.Round(deltaRa / 360);
        return (deltaRa * Math.Cos((a.DecDeg + b.DecDeg) / 2 * RadPerDeg) * 3600, (b.DecDeg - a.DecDeg) * 3600);
    }
}
