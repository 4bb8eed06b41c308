using Pile.CrossMatch.Matching;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The error of a row: σ per axis in arcseconds, NaN if missing.</summary>
internal interface IRowError
{
    double this[int row] { get; }
}

/// <summary>The same error of all rows.</summary>
internal readonly struct SameError(double arcsec) : IRowError
{
    public double this[int row] => arcsec;
}

/// <summary>An error of each row.</summary>
internal readonly struct ErrorOfRow(RowArray<double> arcsec) : IRowError
{
    public double this[int row] => arcsec[row];
}

/// <summary>Separation at most the sum of both errors.</summary>
internal readonly struct WithinErrorSum<TA, TB>(TA errorA, TB errorB) : IPairTest where TA : struct, IRowError where TB : struct, IRowError
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => separationArcsec <= errorA[rowA] + errorB[rowB];
}

/// <summary>Separation at most a multiple of the square root of the sum of the squared errors.</summary>
internal readonly struct WithinSigma<TA, TB>(double sigma, TA errorA, TB errorB) : IPairTest
    where TA : struct, IRowError where TB : struct, IRowError
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) =>
        separationArcsec <= sigma * Math.Sqrt((errorA[rowA] * errorA[rowA]) + (errorB[rowB] * errorB[rowB]));
}

/// <summary>Separation at most a radius.</summary>
internal readonly struct WithinRadius(double arcsec) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => separationArcsec <= arcsec;
}

/// <summary>Separation at most the radius of the row of A.</summary>
internal readonly struct WithinRadiusOfA(RowArray<double> radius) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => separationArcsec <= radius[rowA];
}

/// <summary>Separation at most the radius of the row of B.</summary>
internal readonly struct WithinRadiusOfB(RowArray<double> radius) : IPairTest
{
    public bool IsMet(int rowA, int rowB, double separationArcsec) => separationArcsec <= radius[rowB];
}

/// <summary>The Mahalanobis distance of two positions is at most a number: χ² = dᵀ(Ca + Cb)⁻¹d ≤ K².</summary>
/// <remarks>The offset d is that of the tangent plane of A with the length of the great circle (zenithal equidistant projection): the
/// separation in the direction of the great circle at A. The covariance of B is transported along the great circle (see
/// <see cref="Separation.Directions"/>), so that the result does not depend on which side is A and is exact near the poles. In axes along
/// and across the great circle d = (s, 0), and χ² = s² / (Cll − Clx² / Cxx).</remarks>
internal readonly struct WithinEllipses(double sigma, SortedPositions positionsA, SortedPositions positionsB, PositionErrors errorsA,
    PositionErrors errorsB) : IPairTest
{
    // Pairs inside the circle of the least axes or outside that of the largest need no direction. The margin is for rounding.
    private const double Margin = 1e-9;

    public bool IsMet(int rowA, int rowB, double separationArcsec) => IsMet(positionsA, rowA, rowA, rowB, separationArcsec);

    /// <summary>Tests a pair at another position of its row of A.</summary>
    /// <param name="elsewhere">The other positions.</param>
    /// <param name="place">The place among them.</param>
    /// <param name="rowA">The row of A, with its errors.</param>
    /// <param name="rowB">The row of B.</param>
    /// <param name="separationArcsec">The separation of that position and the row of B.</param>
    internal bool IsMet(SortedPositions elsewhere, int place, int rowA, int rowB, double separationArcsec)
    {
        (PositionCovariance a, PositionCovariance b) = (errorsA.Of(rowA), errorsB.Of(rowB));
        ((double leastA, double largestA), (double leastB, double largestB)) = (a.Axes(), b.Axes());
        double chi = separationArcsec / sigma, square = chi * chi;
        if (!(square <= (largestA + largestB) * (1 + Margin)))
            return false;
        if (square < (leastA + leastB) * (1 - Margin))
            return true;
        (double along, double across, double both) = SummedCovariance.Of(elsewhere, place, a, positionsB, rowB, b);
        return square <= Math.Max(across > 0 ? along - (both * both / across) : along, 0);
    }
}
