namespace Pile.CrossMatch;

/// <summary>The search radius of a match whose radius follows from the errors of its rows.</summary>
internal static class ErrorRadius
{
    // The largest radius of errors is rounded up, so that pairs at the limit are found and then tested with their own errors.
    private const double Margin = 1 + 1e-9, WholeSkyArcsec = 180 * 3600;

    /// <summary>Returns the largest radius that two selected rows can have, in arcseconds.</summary>
    internal static double LargestArcsec(CrossMatchOptions options, PreparedSide a, PreparedSide b)
    {
        (double largestA, double largestB) = (Largest(a), Largest(b));
        double largest = options.Errors == ErrorModel.Sigma ? options.Sigma * Math.Sqrt((largestA * largestA) + (largestB * largestB))
            : largestA + largestB;
        return Math.Min(largest * Margin, WholeSkyArcsec);
    }

    private static double Largest(PreparedSide side)
    {
        double largest = 0;
        for (int row = 0; row < side.Errors.Count; row++)
            if (side.Errors[row] > largest && (side.Selected is null || side.Selected[row]))
                largest = side.Errors[row];
        return largest;
    }
}
