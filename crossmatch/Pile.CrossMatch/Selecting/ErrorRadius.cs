namespace Pile.CrossMatch;

/// <summary>The search radius of a match whose radius follows from the errors of its rows.</summary>
internal static class ErrorRadius
{
    // The largest radius of errors is rounded up, so that pairs at the limit are found and then tested with their own errors.
    private const double Margin = 1 + 1e-9, WholeSkyArcsec = 180 * 3600;

    /// <summary>Returns the largest radius that two selected rows can have, in arcseconds.</summary>
    /// <remarks>For ellipses that of their largest semi-axes.</remarks>
    internal static double LargestArcsec(CrossMatchOptions options, PreparedSide a, PreparedSide b)
    {
        double largestA = Largest(a), largestB = ReferenceEquals(a, b) ? largestA : Largest(b);
        return OfLargest(options, largestA, largestB);
    }

    /// <summary>Returns the radius if all rows of a side have the same error, so that it is known before rows are read; otherwise
    /// null.</summary>
    internal static double? OfConstants(CrossMatchOptions options, ErrorSource? a, ErrorSource? b) =>
        options.Errors != ErrorModel.None && a is null or { Read.IsEmpty: true } && b is null or { Read.IsEmpty: true }
            ? OfLargest(options, a?.ConstantWithFloor ?? 0, b?.ConstantWithFloor ?? 0) : null;

    private static double OfLargest(CrossMatchOptions options, double largestA, double largestB) => Math.Min(WholeSkyArcsec,
        Margin * (options.Errors == ErrorModel.Sigma ? options.Sigma * Math.Sqrt((largestA * largestA) + (largestB * largestB))
            : largestA + largestB));

    private static double Largest(PreparedSide side)
    {
        if (side.Errors is not { } errors)
            return 0;
        double largest = errors.ConstantArcsec ?? 0;
        for (int row = 0; errors.ConstantArcsec is null && row < side.Positions.Count; row++)
            if (errors.LargestArcsec(row) is var ofRow && ofRow > largest && (side.Selected is null || side.Selected[row]))
                largest = ofRow;
        return largest;
    }
}
