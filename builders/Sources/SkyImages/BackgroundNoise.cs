using System.Numerics;
using System.Runtime.Intrinsics;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Estimates the noise of an image's background from its pixels.</summary>
internal static class BackgroundNoise
{
    // 1/Φ⁻¹(3/4): the standard deviation of a normal distribution with a median absolute deviation of 1, as in astropy.stats.mad_std.
    private const double SigmaOfMad = 1.482602218505602;

    // Of 256 values, the middle 32 enclose the median of all with a probability of 0.9999; otherwise all values are searched.
    private const int SampleSize = 256, SampleMargin = 16, MinNarrowed = 8 * SampleSize;

    /// <summary>Returns the standard deviation that belongs to the median absolute deviation from the median of the good pixels; NaN
    /// without good pixels.</summary>
    /// <param name="flux">The pixels.</param>
    /// <param name="isGood">Which pixels are good.</param>
    /// <param name="scratch">Memory for as many pixels.</param>
    internal static float Std(ReadOnlySpan<float> flux, ReadOnlySpan<bool> isGood, Span<float> scratch)
    {
        int count = 0;
        for (int i = 0; i < flux.Length; i++)
            if (isGood[i])
                scratch[count++] = flux[i];
        if (count == 0)
            return float.NaN;
        Span<float> good = scratch[..count];
        double median = Median(good);
        foreach (ref float value in good)
            value = (float)Math.Abs(value - median);
        return (float)(SigmaOfMad * Median(good));
    }

    /// <summary>Returns the median: the mean of the two middle values if their number is even. Reorders the values.</summary>
    private static double Median(Span<float> values)
    {
        int middle = values.Length / 2;
        bool isOdd = values.Length % 2 == 1;
        values = Narrow(values, ref middle);
        float upper = Select(values, middle);
        if (isOdd)
            return upper;
        float lower = float.NegativeInfinity; // Select left the smaller values before the middle
        foreach (float value in values[..middle])
            lower = Math.Max(lower, value);
        return (lower + (double)upper) / 2;
    }

    /// <summary>Moves the values near the median to the front, and returns them: an eighth of all, which are then searched.</summary>
    /// <param name="values">The values.</param>
    /// <param name="middle">The rank of the upper middle value; becomes its rank among those returned.</param>
    private static Span<float> Narrow(Span<float> values, scoped ref int middle)
    {
        if (values.Length < MinNarrowed)
            return values;
        Span<float> sample = stackalloc float[SampleSize];
        int step = values.Length / SampleSize;
        for (int i = 0; i < SampleSize; i++)
            sample[i] = values[i * step];
        sample.Sort();
        float low = sample[(SampleSize / 2) - SampleMargin], high = sample[(SampleSize / 2) + SampleMargin];
        (int below, int upToHigh) = (CountBelow(values, low), CountBelow(values, float.BitIncrement(high)));
        if (middle - 1 < below || middle >= upToHigh)
            return values;
        int near = 0;
        for (int i = 0; i < values.Length; i++) // without branches, which would be mispredicted: always swaps
        {
            float value = values[i];
            (values[i], values[near]) = (values[near], value);
            near += (value >= low ? 1 : 0) & (value <= high ? 1 : 0);
        }
        middle -= below;
        return values[..near];
    }

    private static int CountBelow(ReadOnlySpan<float> values, float limit)
    {
        int count = 0, i = 0;
        for (Vector256<float> limits = Vector256.Create(limit); i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            count += BitOperations.PopCount(
                Vector256.LessThan(Vector256.Create(values[i..]), limits).ExtractMostSignificantBits());
        for (; i < values.Length; i++)
            count += values[i] < limit ? 1 : 0;
        return count;
    }

    /// <summary>Returns the value of a rank, and moves the smaller ones before it (Hoare's selection).</summary>
    private static float Select(Span<float> values, int rank)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            float pivot = MiddleOf(values[low], values[low + ((high - low) / 2)], values[high]);
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i <= j)
                    (values[i], values[j]) = (values[j--], values[i++]);
            }
            if (rank <= j)
                high = j;
            else if (rank >= i)
                low = i;
            else
                break;
        }
        return values[rank];
    }

    private static float MiddleOf(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
