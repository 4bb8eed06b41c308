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
    /// <summary>The maximum number of pairs if only the median offset is needed.</summary>
    internal const int FewPairs = 4096;

    private const int LargestStride = 1 << 30;
    private const double RadPerDeg = Math.PI / 180;

    // Near a pole, and over large separations, offsets are along the great circle from A to B.
    private const double PolarDeg = 80, LargestFlatArcsec = 600;

    private readonly Lock turn = new();
    private readonly List<Kept> kept = [];
    private volatile int stride = 1;

    private readonly record struct Kept(int RowA, double EastArcsec, double NorthArcsec);

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
            for (; i < rowA.Length && rowA[i] == row; i++)
                Add(row, pairs.RowB[i], pairs.SeparationArcsec[i]);
        }
    }

    /// <summary>Returns the offsets from A to B in arcseconds, in the order of the rows of A: east, which is ΔRA·cos δ, and north.</summary>
    internal (double[] EastArcsec, double[] NorthArcsec) ToArrays()
    {
        kept.Sort(static (x, y) => x.RowA != y.RowA ? x.RowA.CompareTo(y.RowA) : x.EastArcsec != y.EastArcsec
            ? x.EastArcsec.CompareTo(y.EastArcsec) : x.NorthArcsec.CompareTo(y.NorthArcsec));
        (double[] east, double[] north) = (new double[kept.Count], new double[kept.Count]);
        for (int i = 0; i < east.Length; i++)
            (east[i], north[i]) = (kept[i].EastArcsec, kept[i].NorthArcsec);
        return (east, north);
    }

    private void Add(int rowA, int rowB, double separationArcsec)
    {
        (double east, double north) = Between(At(a, rowA), At(b, rowB), separationArcsec);
        lock (turn)
        {
            if ((rowA & (stride - 1)) != 0)
                return;
            kept.Add(new Kept(rowA, east, north));
            while (kept.Count > mostPairs && stride < LargestStride)
            {
                int others = (2 * stride) - 1;
                kept.RemoveAll(k => (k.RowA & others) != 0);
                stride = others + 1;
            }
        }
    }

    // Returns the first place from a place on whose row is not below a row. Steps double, because the row is usually near.
    private static int Next(ReadOnlySpan<int> rows, int first, int row)
    {
        int step = 1;
        while (first + step < rows.Length && rows[first + step] < row)
            (first, step) = (first + step, 2 * step);
        return first + Sorted.LowerBound(rows[first..Math.Min(first + step + 1, rows.Length)], row);
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

    private static (double RaDeg, double DecDeg) At(SortedPositions side, int row)
    {
        (int chunk, int at) = (row >> SortedPositions.ChunkShift, row & (SortedPositions.ChunkRows - 1));
        return (side.RaDeg(chunk)[at], side.DecDeg(chunk)[at]);
    }
}
