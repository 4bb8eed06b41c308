using System.Globalization;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Joins arms and orders to one spectrum.</summary>
internal static class SegmentJoin
{
    // A mean of fluxes that are a hundredth of a pixel apart differs little from one on the same grid; wavelengths in float32 differ by
    // as much at a resolving power of 40,000.
    private const double ToleranceInPixels = 0.01;

    /// <summary>Joins segments.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="segments">At least one, in any order.</param>
    /// <param name="rule">What becomes of wavelengths that two segments have.</param>
    /// <exception cref="SchemaMismatchException">The rule does not apply.</exception>
    internal static Segment Join(string path, IReadOnlyList<Segment> segments, OverlapRule rule)
    {
        bool hasLsf = segments.Any(s => s.LsfSigma is not null);
        Segment[] sorted = [.. segments.Where(s => s.Length > 0).OrderBy(s => s.First).Select(s => hasLsf ? s.WithLsf() : s)];
        return sorted.Length < 2 ? sorted.FirstOrDefault(segments[0])
            : rule is OverlapRule.Ivar ? Average(path, sorted) : Segment.Concat(Cut(path, sorted, rule));
    }

    // Up to the middle of an overlap, the pixels are those of the bluer segment; from the middle, those of the redder one.
    private static Segment[] Cut(string path, Segment[] sorted, OverlapRule rule)
    {
        Range[] kept = new Range[sorted.Length];
        int start = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            Segment segment = sorted[i];
            if (i == sorted.Length - 1 || sorted[i + 1].First > segment.Last)
            {
                (kept[i], start) = (start..segment.Length, 0);
                continue;
            }
            Segment next = sorted[i + 1];
            if (rule is OverlapRule.Undeclared)
                throw new SchemaMismatchException(path, null, $"{segment.Range} and {next.Range} overlap",
                    "Set 'overlap: ivar' (mean on a common grid) or 'overlap: cut' (one half from each) in the recipe's source");
            if (next.First == segment.First || next.Last <= segment.Last)
                throw new SchemaMismatchException(path, null,
                    $"{segment.Range} and {next.Range} cannot be cut in the middle of their overlap, because one contains the other",
                    "Set 'overlap: ivar' if they have a common grid, or build a dataset of each")
                { IsOfRow = true };
            double middle = (segment.Last + next.First) / 2;
            kept[i] = start..CountBelow(segment.Angstrom, middle);
            start = CountBelow(next.Angstrom, middle);
        }
        return [.. sorted.Select((segment, i) => segment.Slice(kept[i]))];
    }

    private static int CountBelow(double[] ascending, double limit)
    {
        int index = Array.BinarySearch(ascending, limit);
        return index < 0 ? ~index : index;
    }

    private static Segment Average(string path, Segment[] sorted)
    {
        Segment joined = sorted[0];
        bool isOverlapping = false;
        foreach (Segment segment in sorted.AsSpan(1))
        {
            double nearly = segment.First - Tolerance(segment, 0);
            int start = Array.FindIndex(joined.Angstrom, w => w >= nearly);
            isOverlapping |= start >= 0;
            Segment longer = start < 0 ? Segment.Concat([joined, segment]) : Average(path, joined, segment, start);
            joined = longer.Length > joined.Length ? longer with { Label = segment.Label } : longer; // messages name the nearest one
        }
        return isOverlapping ? joined
            : throw new SchemaMismatchException(path, null,
                $"{sorted[0].Range} and {sorted[1].Range} do not overlap{(sorted.Length > 2 ? ", and neither do the others" : "")}, "
                    + "so that 'overlap: ivar' has nothing to average",
                "Remove 'overlap' from the recipe's source, or correct the wavelengths")
            { IsOfRow = true };
    }

    private static Segment Average(string path, Segment joined, Segment segment, int start)
    {
        int common = Math.Min(segment.Length, joined.Length - start);
        RequireSameGrid(path, joined, segment, start, common);
        Segment sum = common == segment.Length ? joined : Segment.Concat([joined, segment.Slice(common..)]);
        (float[] flux, float[] ivar, bool[] isBad) = ([.. sum.Flux], [.. sum.Ivar!], [.. sum.IsBad]);
        float[]? sigma = sum.LsfSigma is null ? null : [.. sum.LsfSigma];
        for (int p = 0; p < common; p++)
        {
            int to = start + p;
            double was = isBad[to] ? 0 : ivar[to], adds = segment.IsBad[p] ? 0 : segment.Ivar![p];
            flux[to] = (float)InverseVarianceMean.Of(flux[to], was, segment.Flux[p], adds);
            ivar[to] = (float)(was + adds);
            isBad[to] &= segment.IsBad[p];
            if (sigma is not null)
                sigma[to] = (float)Math.Sqrt(InverseVarianceMean.Of(Square(sigma[to]), was, Square(segment.LsfSigma![p]), adds));
        }
        return sum with { Flux = flux, Ivar = ivar, IsBad = isBad, LsfSigma = sigma };
    }

    private static double Square(double value) => value * value;

    private static void RequireSameGrid(string path, Segment joined, Segment segment, int start, int common)
    {
        for (int p = 0; p < common; p++)
            if (!(Math.Abs(joined.Angstrom[start + p] - segment.Angstrom[p]) <= Tolerance(segment, p)))
                throw Differ(p, FormattableString.Invariant($"expected {joined.Angstrom[start + p]:0.####} Å as in the bluer one"));
        if (common < segment.Length && segment.Angstrom[common] <= joined.Last)
            throw Differ(common, FormattableString.Invariant($"expected more than {joined.Last:0.####} Å, where the bluer one ends"));

        SchemaMismatchException Differ(int pixel, string expected) => new(path, null, string.Create(CultureInfo.InvariantCulture,
            $"the grids of {joined.Label} and {segment.Label} differ: pixel {pixel} of {segment.Label} is at "
                + $"{segment.Angstrom[pixel]:0.####} Å, {expected}"),
            "Set 'overlap: cut' in the recipe's source, which needs no common grid")
        { IsOfRow = true };
    }

    private static double Tolerance(Segment segment, int pixel) =>
        segment.Length > 1 ? ToleranceInPixels * PixelSize.Angstrom(segment.Angstrom, pixel) : 0;
}
