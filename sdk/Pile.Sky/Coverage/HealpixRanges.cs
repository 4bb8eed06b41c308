using System.Runtime.InteropServices;

namespace Pile.Sky;

/// <summary>A region of the sky as NESTED pixels of one order: sorted ranges that neither overlap nor touch.</summary>
internal sealed class HealpixRanges
{
    private readonly HealpixRange[] ranges;

    private HealpixRanges(int order, HealpixRange[] ranges)
    {
        Order = order;
        this.ranges = ranges;
    }

    /// <summary>Creates a region from ranges in any order, which can overlap.</summary>
    /// <param name="order">HEALPix order of the pixels, 0 to 29.</param>
    /// <param name="ranges">Ranges of pixel numbers in [0, 12·4^order]; empty ones are ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid,
    /// or a range ends before it starts or exceeds the sky.</exception>
    public static HealpixRanges FromRanges(int order, ReadOnlySpan<HealpixRange> ranges)
    {
        long count = Healpix.PixelCount(order);
        foreach (HealpixRange range in ranges)
            if (range.Start < 0 || range.End < range.Start || range.End > count)
                throw new ArgumentOutOfRangeException(nameof(ranges), range, $"Expected ranges within [0, {count}) at order {order}.");

        HealpixRange[] sorted = ranges.ToArray();
        Array.Sort(sorted, static (a, b) => a.Start.CompareTo(b.Start));
        return FromSorted(order, sorted);
    }

    /// <summary>Order of the pixels, 0 to 29.</summary>
    public int Order { get; }

    /// <summary>The ranges, ascending, each at least one pixel away from the next.</summary>
    public ReadOnlySpan<HealpixRange> Ranges => ranges;

    /// <summary>Whether the region contains no pixel.</summary>
    public bool IsEmpty => ranges.Length == 0;

    /// <summary>Number of pixels in the region.</summary>
    public long PixelCount
    {
        get
        {
            long count = 0;
            foreach (HealpixRange range in ranges)
                count += range.Count;
            return count;
        }
    }

    /// <summary>Enumerates the pixels in ascending order.</summary>
    public IEnumerable<long> Pixels()
    {
        foreach (HealpixRange range in ranges)
            for (long pixel = range.Start; pixel < range.End; pixel++)
                yield return pixel;
    }

    /// <summary>Returns whether the region contains a pixel of its order, by binary search.</summary>
    public bool Contains(long pixel)
    {
        int i = FirstEndingAfter(pixel);
        return i < ranges.Length && ranges[i].Start <= pixel;
    }

    /// <summary>Returns whether the region contains any part of a pixel of any
    /// order. Used to decide whether a tile or a shard has to be opened.</summary>
    public bool Overlaps(HealpixPixel pixel)
    {
        if (pixel.Order >= Order)
            return Contains(pixel.AtOrder(Order).Pixel);
        HealpixRange range = Healpix.RangeAtOrder(pixel.Pixel, pixel.Order, Order);
        int i = FirstEndingAfter(range.Start);
        return i < ranges.Length && ranges[i].Start < range.End;
    }

    /// <summary>Returns the part of the sky in both regions, at the finer of the two orders.</summary>
    public HealpixRanges Intersect(HealpixRanges other)
    {
        int order = Math.Max(Order, other.Order);
        ReadOnlySpan<HealpixRange> left = AtFinerOrder(order).ranges, right = other.AtFinerOrder(order).ranges;
        List<HealpixRange> common = [];
        for (int i = 0, j = 0; i < left.Length && j < right.Length;)
        {
            HealpixRange range = new(Math.Max(left[i].Start, right[j].Start), Math.Min(left[i].End, right[j].End));
            if (range.Start < range.End)
                common.Add(range);
            if (left[i].End < right[j].End)
                i++;
            else
                j++;
        }
        return FromSorted(order, CollectionsMarshal.AsSpan(common));
    }

    /// <summary>Returns the part of the sky in either region, at the finer of the two orders.</summary>
    public HealpixRanges Union(HealpixRanges other)
    {
        int order = Math.Max(Order, other.Order);
        return FromRanges(order, [.. AtFinerOrder(order).ranges, .. other.AtFinerOrder(order).ranges]);
    }

    /// <summary>Returns the part of this region that is not in the other, at the finer of the two orders.</summary>
    public HealpixRanges Except(HealpixRanges other) => Intersect(other.Complement());

    /// <summary>Returns the rest of the sky, at the same order.</summary>
    public HealpixRanges Complement()
    {
        List<HealpixRange> rest = new(ranges.Length + 1);
        long next = 0;
        foreach (HealpixRange range in ranges)
        {
            rest.Add(new HealpixRange(next, range.Start));
            next = range.End;
        }
        rest.Add(new HealpixRange(next, Healpix.PixelCount(Order)));
        return FromSorted(Order, CollectionsMarshal.AsSpan(rest));
    }

    /// <summary>Returns the same region in pixels of another order. At a coarser
    /// order, it includes every pixel that overlaps the region.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid.</exception>
    public HealpixRanges AtOrder(int order)
    {
        Healpix.CheckOrder(order);
        if (order >= Order)
            return AtFinerOrder(order);
        int shift = 2 * (Order - order);
        return FromSorted(order, Array.ConvertAll(ranges, r => new HealpixRange(r.Start >> shift, ((r.End - 1) >> shift) + 1)));
    }

    /// <summary>The fraction of the sky in the region, in [0, 1]: all pixels of an order have the same area.</summary>
    public double SkyFraction => (double)PixelCount / Healpix.PixelCount(Order);

    /// <summary>Returns the same region in pixels of order 29, as stored in a sorted <c>_healpix_29</c> column.</summary>
    public HealpixRanges AtOrder29() => AtFinerOrder(Healpix.MaxOrder);

    /// <summary>Joins ranges that overlap or touch. The input must be sorted by start.</summary>
    internal static HealpixRanges FromSorted(int order, ReadOnlySpan<HealpixRange> sorted)
    {
        List<HealpixRange> joined = new(sorted.Length);
        foreach (HealpixRange range in sorted)
            if (range.Count == 0)
                continue;
            else if (joined.Count > 0 && range.Start <= joined[^1].End)
                joined[^1] = new HealpixRange(joined[^1].Start, Math.Max(joined[^1].End, range.End));
            else
                joined.Add(range);
        return new HealpixRanges(order, [.. joined]);
    }

    private HealpixRanges AtFinerOrder(int order)
    {
        int shift = 2 * (order - Order);
        return shift == 0 ? this : new HealpixRanges(order,
            Array.ConvertAll(ranges, r => new HealpixRange(r.Start << shift, r.End << shift)));
    }

    private int FirstEndingAfter(long pixel)
    {
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ranges[middle].End <= pixel)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
