using Pile.Sky;

namespace Pile.CrossMatch.Matching.Descent;

/// <summary>The positions of a side as unit vectors, 24 bytes per row, for radii that are too large for cells.</summary>
internal sealed class Directions
{
    internal Directions(SortedPositions positions)
    {
        (X, Y, Z) = (new double[positions.Count], new double[positions.Count], new double[positions.Count]);
        Parallel.For(0, positions.ChunkCount, chunk =>
        {
            ReadOnlySpan<double> raDeg = positions.RaDeg(chunk), decDeg = positions.DecDeg(chunk);
            for (int i = 0, row = chunk << SortedPositions.ChunkShift; i < raDeg.Length; i++, row++)
                (X[row], Y[row], Z[row]) = UnitVector.FromRaDec(raDeg[i], decDeg[i]);
        });
    }

    internal double[] X { get; }

    internal double[] Y { get; }

    internal double[] Z { get; }
}
