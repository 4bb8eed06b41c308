using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>Keeps the offsets of some pairs on the sky while pairs are found. Thread-safe.</summary>
/// <remarks>The pairs of a row of A are kept if a hash of the row is below a limit, which is halved when there are too many. The final
/// sample does not depend on the order of the blocks or on the number of threads.</remarks>
/// <param name="a">The positions of A.</param>
/// <param name="b">The positions of B.</param>
/// <param name="mostPairs">The maximum number of pairs.</param>
internal sealed class OffsetSample(SortedPositions a, SortedPositions b, int mostPairs)
{
    /// <summary>The maximum number of pairs if only the median offset is needed.</summary>
    internal const int FewPairs = 4096;

    private const uint Multiplier = 2654435769; // 2³² divided by the golden ratio: a multiplicative hash
    private const double RadPerDeg = Math.PI / 180;

    // Near a pole, and over large separations, offsets are along the great circle from A to B.
    private const double PolarDeg = 80, LargestFlatArcsec = 600;

    private readonly Lock turn = new();
    private readonly List<(uint Hash, double EastArcsec, double NorthArcsec)> kept = [];
    private volatile uint limit = uint.MaxValue;

    /// <summary>Adds the pairs of a block.</summary>
    internal void Add(PairBuffer pairs)
    {
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count);
        for (int first = 0; first < rowA.Length;)
        {
            int found = Next(rowA, first, limit);
            if (found < rowA.Length)
                Add(rowA[found], pairs.RowB[found], pairs.SeparationArcsec[found]);
            first = found + 1;
        }
    }

    /// <summary>Returns the offsets from A to B in arcseconds, sorted: east, which is ΔRA·cos δ, and north.</summary>
    internal (double[] EastArcsec, double[] NorthArcsec) ToArrays()
    {
        kept.Sort();
        return ([.. kept.Select(k => k.EastArcsec)], [.. kept.Select(k => k.NorthArcsec)]);
    }

    private void Add(int rowA, int rowB, double separationArcsec)
    {
        (double east, double north) = Between(At(a, rowA), At(b, rowB), separationArcsec);
        lock (turn)
        {
            uint hash = Hash(rowA);
            if (hash > limit)
                return;
            kept.Add((hash, east, north));
            while (kept.Count > mostPairs && limit > 0)
            {
                uint next = limit >> 1;
                kept.RemoveAll(k => k.Hash > next);
                limit = next;
            }
        }
    }

    // Most rows are skipped, eight at once.
    private static int Next(ReadOnlySpan<int> rows, int first, uint limit)
    {
        int i = first;
        if (Vector256.IsHardwareAccelerated && limit < uint.MaxValue)
        {
            ref uint row = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(rows));
            Vector256<uint> multiplier = Vector256.Create(Multiplier), most = Vector256.Create(limit);
            for (; i <= rows.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
                if (Vector256.LessThanOrEqualAny(Vector256.LoadUnsafe(ref row, (nuint)i) * multiplier, most))
                    break;
        }
        while (i < rows.Length && Hash(rows[i]) > limit)
            i++;
        return i;
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

    private static uint Hash(int row) => unchecked((uint)row * Multiplier);

    private static (double RaDeg, double DecDeg) At(SortedPositions side, int row)
    {
        (int chunk, int at) = (row >> SortedPositions.ChunkShift, row & (SortedPositions.ChunkRows - 1));
        return (side.RaDeg(chunk)[at], side.DecDeg(chunk)[at]);
    }
}
