using Pile.Sky;

namespace Pile.CrossMatch.Matching;

/// <summary>The positions of one side, in the order of the index: by order-29 NESTED pixel, then by id.</summary>
/// <remarks>48 bytes a row. Pixels of any order are contiguous, so a cell is a range of rows.</remarks>
internal sealed class SortedPositions
{
    internal SortedPositions(long[] healpix29, double[] raDeg, double[] decDeg)
    {
        (Healpix29, RaDeg, DecDeg) = (healpix29, raDeg, decDeg);
        (X, Y, Z) = (new double[Count], new double[Count], new double[Count]);
        Parallel.For(0, (Count + BlockRows - 1) / BlockRows, block =>
        {
            for (int row = block * BlockRows, end = Math.Min(row + BlockRows, Count); row < end; row++)
                (X[row], Y[row], Z[row]) = UnitVector.FromRaDec(raDeg[row], decDeg[row]);
        });
    }

    private const int BlockRows = 65_536;

    internal int Count => Healpix29.Length;

    internal long[] Healpix29 { get; }

    internal double[] RaDeg { get; }

    internal double[] DecDeg { get; }

    internal double[] X { get; }

    internal double[] Y { get; }

    internal double[] Z { get; }

    /// <summary>The rows of a pixel, searched for within a range that holds them all.</summary>
    internal (int First, int End) RowsOf(int order, long pixel, int first, int end)
    {
        int shift = 2 * (Healpix.MaxOrder - order);
        return (LowerBound(pixel << shift, first, end), LowerBound((pixel + 1) << shift, first, end));
    }

    private int LowerBound(long healpix29, int first, int end)
    {
        while (first < end)
        {
            int middle = (int)(((uint)first + (uint)end) >> 1);
            if (Healpix29[middle] < healpix29)
                first = middle + 1;
            else
                end = middle;
        }
        return first;
    }
}
