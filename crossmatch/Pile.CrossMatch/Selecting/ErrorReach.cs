namespace Pile.CrossMatch;

/// <summary>How far apart two rows can be with their errors, and the few rows whose errors are so large that all others are searched with a
/// smaller radius.</summary>
internal sealed class ErrorReach
{
    // The largest radius of errors is rounded up, so that pairs at the limit are found and then tested with their own errors.
    private const double Margin = 1 + 1e-9, WholeSkyArcsec = 180 * 3600, SkySquareArcsec = 41_252.96 * 3600 * 3600;

    // Errors in bins of a factor of 2; the first has errors of 0 and tiny ones, the last all that are larger than the sky.
    private const int Bins = 64, FirstExponent = -40;

    // The cost of a row in pairs, and what a separate search must save.
    private const double RowCost = 2, LargestPart = 0.7;

    // Of one row, on a sky that is filled evenly: few, because many catalogues cover a small part of the sky.
    private const double LeastPairs = 1e-3;

    /// <summary>The number of pairs of wide rows that may be expected.</summary>
    private const double MostPairs = 5e5;

    private readonly CrossMatchOptions options;
    private readonly PreparedSide a, b;
    private readonly double largestA, largestB, limitA, limitB;

    /// <param name="options">The options, with an error model.</param>
    /// <param name="a">Side A, with its errors.</param>
    /// <param name="b">Side B.</param>
    internal ErrorReach(CrossMatchOptions options, PreparedSide a, PreparedSide b)
    {
        (this.options, this.a, this.b) = (options, a, b);
        (int[] rowsA, largestA) = Count(a);
        (int[] rowsB, largestB) = ReferenceEquals(a, b) ? (rowsA, largestA) : Count(b);
        (limitA, limitB) = Limits(rowsA, rowsB);
    }

    /// <summary>The largest radius that two selected rows can have, in arcseconds; for ellipses that of their largest semi-axes.</summary>
    internal double LargestArcsec => Of(options, largestA, largestB);

    /// <summary>The radius of all pairs without a wide row.</summary>
    internal double NarrowArcsec => Of(options, limitA, limitB);

    /// <summary>True if some rows are wide.</summary>
    internal bool HasWideRows => limitA < largestA || limitB < largestB;

    /// <summary>The largest error of A that is not wide.</summary>
    internal double LimitA => limitA;

    /// <summary>The largest error of B that is not wide.</summary>
    internal double LimitB => limitB;

    /// <summary>True if a search within a radius compares so many pairs that smaller radii may save time.</summary>
    internal static bool MaySave(double radiusArcsec, PreparedSide b) =>
        InCircle(radiusArcsec, b.Positions.Count / SkySquareArcsec) > LeastPairs;

    /// <summary>Returns the largest radius of two errors, in arcseconds.</summary>
    /// <remarks>With a radius for each row, the other side has none; in a self match two rows are a pair within the larger of
    /// theirs.</remarks>
    internal static double Of(CrossMatchOptions options, double errorA, double errorB) => Math.Min(WholeSkyArcsec,
        Margin * options.Errors switch
        {
            ErrorModel.Sigma => options.Sigma * Math.Sqrt((errorA * errorA) + (errorB * errorB)),
            ErrorModel.Radius => Math.Max(errorA, errorB),
            _ => errorA + errorB,
        });

    /// <summary>Returns the radius if all rows of a side have the same error, so that it is known before rows are read; otherwise
    /// null.</summary>
    internal static double? OfConstants(CrossMatchOptions options, ErrorSource? a, ErrorSource? b) =>
        options.Errors != ErrorModel.None && a is null or { Read.IsEmpty: true } && b is null or { Read.IsEmpty: true }
            ? Of(options, a?.ConstantWithFloor ?? 0, b?.ConstantWithFloor ?? 0) : null;

    /// <summary>Returns the radius of two errors, in arcseconds.</summary>
    internal double Of(double errorA, double errorB) => Of(options, errorA, errorB);

    /// <summary>Returns the wide rows of a side, ascending.</summary>
    internal int[] WideRows(PreparedSide side)
    {
        double limit = ReferenceEquals(side, a) ? limitA : limitB;
        List<int> wide = [];
        if (side.Errors is { ConstantArcsec: null } errors)
            for (int row = 0; row < side.Positions.Count; row++)
                if (errors.LargestArcsec(row) > limit && (side.Selected is null || side.Selected[row]))
                    wide.Add(row);
        return [.. wide];
    }

    private static double Top(int bin) => bin == Bins - 1 ? double.PositiveInfinity : Math.ScaleB(1, bin + FirstExponent);

    // The number of rows of each bin, and the largest error.
    private (int[] Rows, double Largest) Count(PreparedSide side)
    {
        int[] rows = new int[Bins];
        if (side.Errors is not { } errors)
            return (rows, 0);
        if (errors.ConstantArcsec is { } constant)
            return (rows, constant);
        Lock both = new();
        double largest = 0;
        Parallel.For(0, side.Positions.ChunkCount, new ParallelOptions { MaxDegreeOfParallelism = options.Workers }, chunk =>
        {
            int[] ofChunk = new int[Bins];
            double largestOfChunk = 0;
            int first = chunk << Matching.SortedPositions.ChunkShift;
            for (int row = first; row < first + side.Positions.RowsOf(chunk); row++)
            {
                if (side.Selected is not null && !side.Selected[row])
                    continue;
                double error = errors.LargestArcsec(row);
                ofChunk[error > 0 ? Math.Clamp(Math.ILogB(error) + 1 - FirstExponent, 0, Bins - 1) : 0]++;
                largestOfChunk = Math.Max(largestOfChunk, error);
            }
            lock (both)
            {
                largest = Math.Max(largest, largestOfChunk);
                for (int bin = 0; bin < Bins; bin++)
                    rows[bin] += ofChunk[bin];
            }
        });
        return (rows, largest);
    }

    // The limits of least cost: each row of A is compared with the rows of B in a circle of the narrow radius, each wide row with those in
    // a circle of its own.
    private (double A, double B) Limits(int[] rowsA, int[] rowsB)
    {
        double densityA = a.Positions.Count / SkySquareArcsec, densityB = b.Positions.Count / SkySquareArcsec;
        double whole = Cost(largestA, largestB, out _), least = LargestPart * whole;
        (double A, double B) best = (largestA, largestB);
        for (int binA = 0; binA < Bins; binA++)
            for (int binB = 0; binB < Bins; binB++)
            {
                double limitOfA = Math.Min(Top(binA), largestA), limitOfB = Math.Min(Top(binB), largestB);
                if (Cost(limitOfA, limitOfB, out double wide) is var cost && cost < least && wide <= MostPairs)
                    (least, best) = (cost, (limitOfA, limitOfB));
                if (Top(binB) >= largestB)
                    break;
            }
        return best;

        double Cost(double limitOfA, double limitOfB, out double widePairs)
        {
            widePairs = 0;
            double wideRows = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                if (Top(bin) > limitOfA && limitOfA < largestA)
                    Add(rowsA[bin], Of(options, Math.Min(Top(bin), largestA), limitOfB), densityB, ref widePairs);
                if (Top(bin) > limitOfB && limitOfB < largestB)
                    Add(rowsB[bin], Of(options, limitOfA, Math.Min(Top(bin), largestB)), densityA, ref widePairs);
            }
            return ((double)a.Positions.Count * (RowCost + InCircle(Of(options, limitOfA, limitOfB), densityB))) + widePairs
                + (RowCost * wideRows);

            void Add(int rows, double radiusArcsec, double density, ref double pairs)
            {
                pairs += rows * InCircle(radiusArcsec, density);
                wideRows += rows;
            }
        }
    }

    // The area of a cap of the sphere.
    private static double InCircle(double radiusArcsec, double density)
    {
        double radians = radiusArcsec * Math.PI / (180 * 3600);
        return 2 * Math.PI * (1 - Math.Cos(radians)) * (180 * 3600 / Math.PI) * (180 * 3600 / Math.PI) * density;
    }
}
