using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The sum of the covariances of the two positions of a pair.</summary>
internal static class SummedCovariance
{
    /// <summary>Returns the sum in axes along and across the great circle from A to B, along which the covariance of B is transported (see
    /// <see cref="Separation.Directions"/>).</summary>
    internal static (double Along, double Across, double Both) Of(SortedPositions positionsA, int rowA, PositionCovariance a,
        SortedPositions positionsB, int rowB, PositionCovariance b)
    {
        (double raA, double decA) = positionsA.At(rowA);
        (double raB, double decB) = positionsB.At(rowB);
        (double eastA, double northA, double eastB, double northB) = Separation.Directions(raA, decA, raB, decB);
        (double alongA, double acrossA, double bothA) = a.Turned(eastA, northA);
        (double alongB, double acrossB, double bothB) = b.Turned(eastB, northB);
        return (alongA + alongB, acrossA + acrossB, bothA + bothB);
    }
}
