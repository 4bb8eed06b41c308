namespace Pile.CrossMatch;

/// <summary>The systematic shift between two sides: medians and robust scatter of the offsets of pairs.</summary>
/// <param name="Pairs">The number of pairs in the sample.</param>
/// <param name="EastArcsec">The median of ΔRA·cos δ, B minus A.</param>
/// <param name="NorthArcsec">The median of Δδ.</param>
/// <param name="EastScatterArcsec">1.4826 times the median absolute deviation of ΔRA·cos δ, which is σ for Gaussian offsets.</param>
/// <param name="NorthScatterArcsec">The same of Δδ.</param>
internal sealed record OffsetSummary(int Pairs, double EastArcsec, double NorthArcsec, double EastScatterArcsec, double NorthScatterArcsec)
{
    private const double SigmaPerMad = 1.4826; // 1 / Φ⁻¹(3/4)

    /// <summary>The standard error of the median of ΔRA·cos δ for Gaussian offsets: √(π/2)·σ/√n.</summary>
    internal double EastErrorArcsec => ErrorOfMedian(EastScatterArcsec);

    /// <summary>The standard error of the median of Δδ.</summary>
    internal double NorthErrorArcsec => ErrorOfMedian(NorthScatterArcsec);

    /// <summary>Computes the summary; null without a pair.</summary>
    internal static OffsetSummary? Of(double[] eastArcsec, double[] northArcsec)
    {
        if (eastArcsec.Length == 0)
            return null;
        (double east, double eastScatter) = MedianAndScatter([.. eastArcsec]);
        (double north, double northScatter) = MedianAndScatter([.. northArcsec]);
        return new OffsetSummary(eastArcsec.Length, east, north, eastScatter, northScatter);
    }

    private double ErrorOfMedian(double scatter) => Math.Sqrt(Math.PI / 2 / Pairs) * scatter;

    private static (double Median, double Scatter) MedianAndScatter(double[] values)
    {
        double median = Median(values);
        for (int i = 0; i < values.Length; i++)
            values[i] = Math.Abs(values[i] - median);
        return (median, SigmaPerMad * Median(values));
    }

    // Selects by partition (Hoare's FIND): sorting would be compiled when the program starts.
    private static double Median(double[] values)
    {
        int half = values.Length / 2, first = 0, last = values.Length - 1;
        while (first < last)
        {
            double pivot = values[(first + last) >> 1];
            int low = first, high = last;
            while (low <= high)
            {
                while (values[low] < pivot)
                    low++;
                while (values[high] > pivot)
                    high--;
                if (low > high)
                    break;
                (values[low], values[high]) = (values[high], values[low]);
                (low, high) = (low + 1, high - 1);
            }
            if (half <= high)
                last = high;
            else if (half >= low)
                first = low;
            else
                break;
        }
        if (values.Length % 2 == 1)
            return values[half];
        double below = double.NegativeInfinity; // all values before the middle are at most it
        for (int i = 0; i < half; i++)
            below = Math.Max(below, values[i]);
        return (below + values[half]) / 2;
    }
}
