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
    /// <param name="scratch">Memory for twice as many pixels.</param>
    internal static float Std(ReadOnlySpan<float> flux, ReadOnlySpan<bool> isGood, Span<float> scratch)
    {
        int count = 0;
        if (!isGood.Contains(false))
        {
            flux.CopyTo(scratch);
            count = flux.Length;
        }
        else
            for (int i = 0; i < flux.Length; i++)
                if (isGood[i])
                    scratch[count++] = flux[i];
        if (count == 0)
            return float.NaN;
        Span<float> good = scratch[..count], near = scratch[flux.Length..];
        SubtractAbsolute(good, Median(good, near));
        return (float)(SigmaOfMad * Median(good, near));
    }

    /// <summary>Replaces values by their distances from a value, which are computed in float64.</summary>
    private static void SubtractAbsolute(Span<float> values, double from)
    {
        int i = 0;
        Vector256<double> froms = Vector256.Create(from);
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Create<float>(values[i..]));
            Vector256.Narrow(Vector256.Abs(lower - froms), Vector256.Abs(upper - froms)).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
            values[i] = (float)Math.Abs(values[i] - from);
    }

    /// <summary>Returns the median: the mean of the two middle values if their number is even. Reorders the values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="near">Memory for as many values.</param>
    private static double Median(Span<float> values, Span<float> near)
    {
        int middle = values.Length / 2;
        bool isOdd = values.Length % 2 == 1;
        values = Narrow(values, near, ref middle);
        float upper = Select(values, middle);
        if (isOdd)
            return upper;
        float lower = float.NegativeInfinity; // Select left the smaller values before the middle
        foreach (float value in values[..middle])
            lower = Math.Max(lower, value);
        return (lower + (double)upper) / 2;
    }

    /// <summary>Returns the values near the median: an eighth of all, which are then searched.</summary>
    /// <param name="values">The values.</param>
    /// <param name="near">Receives the values near the median.</param>
    /// <param name="middle">The rank of the upper middle value; becomes its rank among those returned.</param>
    private static Span<float> Narrow(Span<float> values, Span<float> near, scoped ref int middle)
    {
        if (values.Length < MinNarrowed)
            return values;
        Span<float> sample = stackalloc float[SampleSize];
        int step = values.Length / SampleSize;
        for (int i = 0; i < SampleSize; i++)
            sample[i] = values[i * step];
        float high = Select(sample, (SampleSize / 2) + SampleMargin), low = Select(sample[..((SampleSize / 2) + SampleMargin)],
            (SampleSize / 2) - SampleMargin);
        int below = CountBelow(values, low), count = PixelMasks.CopyBetween(values, low, high, near);
        if (middle - 1 < below || middle >= below + count)
            return values;
        middle -= below;
        return near[..count];
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
