using System.Runtime.ExceptionServices;
using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The errors of the rows of a prepared side: one number for all, one number per row, or a covariance per row.</summary>
internal sealed class PositionErrors
{
    private PositionErrors(double? constantArcsec, RowArray<double>? sigmas, RowArray<PositionCovariance>? covariances) =>
        (ConstantArcsec, Sigmas, Covariances) = (constantArcsec, sigmas, covariances);

    /// <summary>Fills the numbers of a column from a row on.</summary>
    internal delegate void FillNumbers(string column, int firstRow, Span<double> destination);

    /// <summary>The error of every row, σ per axis in arcseconds; null if rows differ.</summary>
    internal double? ConstantArcsec { get; }

    /// <summary>The error of each row that has a position, σ per axis in arcseconds, NaN if missing; null for other errors.</summary>
    internal RowArray<double>? Sigmas { get; }

    /// <summary>The covariance of each row that has a position; null for other errors.</summary>
    internal RowArray<PositionCovariance>? Covariances { get; }

    /// <summary>The rows to report.</summary>
    internal ErrorCounts Counts { get; private init; }

    /// <summary>Returns the covariance of a row; NaN if its error is missing.</summary>
    internal PositionCovariance Of(int row) => Covariances is not null ? Covariances[row]
        : PositionCovariance.OfCircle(Sigmas is not null ? Sigmas[row] : ConstantArcsec!.Value);

    /// <summary>Returns the largest error of a row, along the largest axis, in arcseconds; 0 if it is missing.</summary>
    internal double LargestArcsec(int row)
    {
        double largest = Covariances is not null ? Math.Sqrt(Covariances[row].Axes().Largest) : Sigmas?[row] ?? ConstantArcsec!.Value;
        return largest > 0 ? largest : 0;
    }

    /// <summary>Computes the errors of a side.</summary>
    /// <param name="side">The side, whose columns are read.</param>
    /// <param name="source">Its errors.</param>
    /// <param name="work">The workspace in which values are stored.</param>
    /// <param name="fill">Returns the numbers of its columns.</param>
    /// <param name="isUsed">Returns true for rows that are used; values of other rows are undefined.</param>
    /// <param name="reach">The part of the sky in which positions are read; null for all of it.</param>
    /// <param name="workers">The number of threads.</param>
    /// <exception cref="ValueInvalidException">A value is not valid.</exception>
    internal static PositionErrors Of(PreparedSide side, ErrorSource source, MatchWorkspace work, FillNumbers fill,
        Func<int, bool> isUsed, HealpixRanges? reach, int workers)
    {
        if (source.Read.IsEmpty)
            return new(source.ConstantWithFloor, null, null);
        SortedPositions positions = side.Positions;
        RowArray<double>? sigmas = source.IsCircular ? work.Rows<double>(positions.Count) : null;
        RowArray<PositionCovariance>? covariances = source.IsCircular ? null : work.Rows<PositionCovariance>(positions.Count);
        ErrorRows[] workersRows = [.. Enumerable.Range(0, Math.Clamp(positions.ChunkCount, 1, workers))
            .Select(_ => new ErrorRows(side.Side, source, side.Schema))];
        int next = -1;
        try
        {
            Task.WaitAll(workersRows.Select(rows => Task.Run(() => Compute(rows))));
        }
        catch (AggregateException e)
        {
            // Chunks are taken in order, so that all before the first wrong value were checked.
            ExceptionDispatchInfo.Throw(e.InnerExceptions.OfType<ValueInvalidException>().MinBy(fault => fault.Row)
                ?? e.InnerExceptions[0]);
        }
        return new(null, sigmas, covariances) { Counts = workersRows.Aggregate(default(ErrorCounts), (sum, rows) => sum + rows.Counts) };

        void Compute(ErrorRows rows)
        {
            for (int chunk; (chunk = Interlocked.Increment(ref next)) < positions.ChunkCount;)
            {
                int first = chunk << SortedPositions.ChunkShift, count = positions.RowsOf(chunk);
                rows.Read(count, (int column, Span<double> values) => fill(source.Read[column], first, values));
                // Positions out of reach are not read: they may not have been fetched.
                ReadOnlySpan<double> decDeg = source.Kind == ErrorKind.InverseVariance && IsReached(chunk) ? positions.DecDeg(chunk) : [];
                if (sigmas is not null)
                    rows.Circles(sigmas.GetSpan().Slice(first, count), decDeg, first, row => isUsed(first + row));
                else
                    rows.Covariances(covariances!.GetSpan().Slice(first, count), decDeg, first, row => isUsed(first + row));
            }
        }

        bool IsReached(int chunk) =>
            reach is null || !reach.Intersect(HealpixRanges.FromRanges(Healpix.MaxOrder, [positions.PixelsOf(chunk)])).IsEmpty;
    }
}
