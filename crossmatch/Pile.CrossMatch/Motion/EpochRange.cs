using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The first and the last valid epoch of the rows of a side, as Julian years.</summary>
/// <param name="First">The first epoch.</param>
/// <param name="Last">The last epoch; before the first if no row has a valid one.</param>
internal readonly record struct EpochRange(double First, double Last)
{
    /// <summary>The range without rows.</summary>
    internal static readonly EpochRange None = new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>True if no row has a valid epoch.</summary>
    internal bool IsEmpty => First > Last;

    /// <summary>Returns the range with further rows.</summary>
    internal EpochRange With(ColumnData epochs)
    {
        double[] years = new double[epochs.RowCount];
        SideValues.Numbers(epochs, 0, years);
        (double first, double last) = this;
        foreach (double year in years)
            if (!double.IsNaN(CommonEpoch.Of(year, null)))
                (first, last) = (Math.Min(first, year), Math.Max(last, year));
        return new(first, last);
    }
}
