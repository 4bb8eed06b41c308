namespace Pile.CrossMatch;

/// <summary>The rows of a side that are reported with its errors.</summary>
/// <param name="Missing">Rows without an error.</param>
/// <param name="Zero">Rows with an error of 0.</param>
/// <param name="WithoutGrowth">Rows that are moved, and whose errors do not grow because those of their proper motion are missing.</param>
internal readonly record struct ErrorCounts(long Missing, long Zero, long WithoutGrowth)
{
    /// <summary>Rows without an error above 0.</summary>
    internal long WithoutPositive => Missing + Zero;

    public static ErrorCounts operator +(ErrorCounts a, ErrorCounts b) =>
        new(a.Missing + b.Missing, a.Zero + b.Zero, a.WithoutGrowth + b.WithoutGrowth);
}
