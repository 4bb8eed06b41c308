using System.Numerics;
using System.Runtime.Intrinsics;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Estimates the noise of an image's background from its pixels.</summary>
internal static class BackgroundNoise
{
    // 1/Φ⁻¹(3/4): the standard deviation of a normal distribution with a median absolute deviation of 1, as in astropy.stats.mad_std.
    private const double SigmaOfMad = 1.482602218505602;

    // Of 256 values, the middle 32 enclose the median of all with a probability of 0.9999; otherwise all values are searched.
    private const int SampleSize = 256, SampleMargin = 16, MinNarrowed = 8 * SampleSize, FewValues = 32;

    /// <summary>Returns the standard deviation that belongs to the median absolute deviation from the median of the good pixels; NaN
    /// without good pixels.</summary>
    /// <param name="flux">The pixels.</param>
    /// <param name="isGood">Which pixels are good.</param>
    /// <param name="scratch">Memory for three times as many pixels.</param>
    internal static float Std(ReadOnlySpan<float> flux, ReadOnlySpan<bool> isGood, Span<float> scratch)
    {
        int count = PixelMasks.CopyGood(flux, isGood, scratch);
        if (count == 0)
            return float.NaN;
        Span<float> good = scratch[..count], rest = scratch[flux.Length..];
        SubtractAbsolute(good, Median(good, rest));
        return (float)(SigmaOfMad * Median(good, rest));
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

    /// <summary>Returns the median: the mean of the two middle values if their number is even.</summary>
    /// <param name="values">The values.</param>
    /// <param name="memory">Memory for twice as many values.</param>
    private static double Median(ReadOnlySpan<float> values, Span<float> memory)
    {
        Span<float> near = memory[..values.Length];
        int middle = values.Length / 2, count = values.Length;
        bool isOdd = count % 2 == 1;
        if (!TryNarrow(values, near, ref middle, ref count))
            values.CopyTo(near);
        float upper = Select(near[..count], memory[values.Length..], middle, out float lower);
        return isOdd ? upper : (lower + (double)upper) / 2;
    }

    /// <summary>Finds the values near the median, an eighth of all, which are then searched. Returns false if all must be.</summary>
    /// <param name="values">The values.</param>
    /// <param name="near">Receives the values near the median.</param>
    /// <param name="middle">The rank of the upper middle value; becomes its rank among those found, which have the lower one, too.</param>
    /// <param name="count">The number of values; becomes that of the values found.</param>
    private static bool TryNarrow(ReadOnlySpan<float> values, Span<float> near, ref int middle, ref int count)
    {
        if (values.Length < MinNarrowed)
            return false;
        Span<float> sample = stackalloc float[SampleSize], copy = stackalloc float[SampleSize], scratch = stackalloc float[SampleSize];
        int step = values.Length / SampleSize;
        for (int i = 0; i < SampleSize; i++)
            sample[i] = values[i * step];
        sample.CopyTo(copy);
        float low = Select(sample, scratch, (SampleSize / 2) - SampleMargin, out _),
            high = Select(copy, scratch, (SampleSize / 2) + SampleMargin, out _);
        int below = CountBelow(values, low);
        int found = PixelMasks.CopyBetween(values, low, high, near);
        if (middle - 1 < below || middle >= below + found)
            return false;
        (middle, count) = (middle - below, found);
        return true;
    }

    private static int CountBelow(ReadOnlySpan<float> values, float limit)
    {
        int count = 0, i = 0;
        for (Vector512<float> limits = Vector512.Create(limit); i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            count += BitOperations.PopCount(
                Vector512.LessThan(Vector512.Create(values[i..]), limits).ExtractMostSignificantBits());
        for (; i < values.Length; i++)
            count += values[i] < limit ? 1 : 0;
        return count;
    }

    /// <summary>Returns the value of a rank: quickselect that moves eight values at a time between two buffers.</summary>
    /// <param name="values">The values, which are changed.</param>
    /// <param name="scratch">Memory for as many values.</param>
    /// <param name="rank">The rank, from 0.</param>
    /// <param name="previous">The value of the rank before it; negative infinity for rank 0.</param>
    private static float Select(Span<float> values, Span<float> scratch, int rank, out float previous)
    {
        previous = float.NegativeInfinity; // the greatest value that was left out because it is too small
        while (values.Length > FewValues)
        {
            float pivot = PivotOf(values);
            int below = CountBelow(values, pivot), kept;
            if (rank < below)
                kept = PixelMasks.CopyBetween(values, float.NegativeInfinity, float.BitDecrement(pivot), scratch);
            else
            {
                kept = PixelMasks.CopyBetween(values, float.BitIncrement(pivot), float.PositiveInfinity, scratch);
                if (rank < values.Length - kept || float.IsPositiveInfinity(pivot))
                {
                    previous = rank > below ? pivot : below > 0 ? GreatestBelow(values, pivot) : previous;
                    return pivot;
                }
                rank -= values.Length - kept;
                previous = pivot;
            }
            Span<float> free = values;
            values = scratch[..kept];
            scratch = free;
        }
        return SelectFew(values, rank, ref previous);
    }

    /// <summary>Returns the value of a rank among few values: counts for each how many are smaller, which is faster than sorting.</summary>
    /// <param name="values">At least one and at most <see cref="FewValues"/> values.</param>
    /// <param name="rank">The rank, from 0.</param>
    /// <param name="previous">The value of the rank before it; left as it is for rank 0.</param>
    private static float SelectFew(ReadOnlySpan<float> values, int rank, ref float previous)
    {
        Span<float> all = stackalloc float[FewValues];
        values.CopyTo(all);
        all[values.Length..].Fill(float.PositiveInfinity);
        int next = 0, below;
        while (rank < (below = CountBelow(all, values[next]))
            || (rank >= CountBelow(all, float.BitIncrement(values[next])) && !float.IsPositiveInfinity(values[next])))
            next++;
        if (rank > 0)
            previous = rank > below ? values[next] : GreatestBelow(values, values[next]);
        return values[next];
    }

    private static float GreatestBelow(ReadOnlySpan<float> values, float limit)
    {
        float greatest = float.NegativeInfinity;
        foreach (float value in values)
            if (value < limit && value > greatest)
                greatest = value;
        return greatest;
    }

    private static float PivotOf(ReadOnlySpan<float> values)
    {
        int third = values.Length / 3;
        return MiddleOf(MiddleOf(values[0], values[third / 2], values[third - 1]), MiddleOf(values[third], values[third + (third / 2)],
            values[(2 * third) - 1]), MiddleOf(values[2 * third], values[^(third / 2)], values[^1]));
    }

    private static float MiddleOf(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
