namespace Pile.Sky;

/// <summary>A multi-order coverage map: a part of the sky in pixels down to an order, ICRS, NESTED.</summary>
/// <remarks>Source: IVOA MOC 2.0 (Fernique et al. 2022), space part. Kept as ranges at the finest order; the cells of all orders are made
/// when asked for.</remarks>
public sealed partial class Moc : IEquatable<Moc>
{
    private Moc(HealpixRanges ranges) => Ranges = ranges;

    /// <summary>The map of a region; its order becomes the map's finest.</summary>
    internal static Moc Of(HealpixRanges ranges) => new(ranges);

    /// <summary>The map of cells of any orders, in any sequence, overlapping or not.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="maxOrder">The finest order, if it is finer than the finest cell; null: that of the finest cell, 0 without
    /// cells.</param>
    /// <exception cref="ArgumentException">A cell is finer than the finest order.</exception>
    internal static Moc OfCells(IEnumerable<HealpixPixel> cells, int? maxOrder = null)
    {
        HealpixPixel[] all = [.. cells];
        int finest = all.Length == 0 ? 0 : all.Max(c => c.Order), order = maxOrder ?? finest;
        if (order < finest)
            throw new ArgumentException($"There is a cell of order {finest}, finer than the map's finest order {order}.", nameof(maxOrder));
        return new Moc(HealpixRanges.FromRanges(order, Array.ConvertAll(all, c => Healpix.RangeAtOrder(c.Pixel, c.Order, order))));
    }

    /// <summary>The covered pixels as ranges at <see cref="MaxOrder"/>.</summary>
    internal HealpixRanges Ranges { get; }

    /// <summary>The finest order: to what pixel size the border is known.</summary>
    public int MaxOrder => Ranges.Order;

    /// <summary>Whether nothing is covered.</summary>
    public bool IsEmpty => Ranges.IsEmpty;

    /// <summary>The share of the sky that is covered, in [0, 1].</summary>
    public double SkyFraction => Ranges.SkyFraction;

    /// <summary>What either map covers, at the finer of the two orders.</summary>
    public Moc Union(Moc other) => new(Ranges.Union(other.Ranges));

    /// <summary>What both maps cover, at the finer of the two orders.</summary>
    public Moc Intersect(Moc other) => new(Ranges.Intersect(other.Ranges));

    /// <summary>What this map covers and the other does not, at the finer of the two orders.</summary>
    public Moc Difference(Moc other) => new(Ranges.Except(other.Ranges));

    /// <summary>The rest of the sky.</summary>
    public Moc Complement() => new(Ranges.Complement());

    /// <summary>The map at a coarser order: every cell of which a part is covered. At a finer order nothing changes but the
    /// order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order does not exist.</exception>
    public Moc AtOrder(int order) => new(Ranges.AtOrder(order));

    /// <summary>Whether the pixel of a position is covered.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination: ICRS degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not valid.</exception>
    public bool Contains(double raDeg, double decDeg) => Ranges.Contains(Healpix.AngToPix(MaxOrder, raDeg, decDeg));

    /// <summary>The cells, as few and as large as can be, by order and then by number: the normal form of the standard.</summary>
    internal IEnumerable<HealpixPixel> Cells()
    {
        List<long>[] byOrder = [.. Enumerable.Range(0, MaxOrder + 1).Select(_ => new List<long>())];
        foreach (HealpixRange range in Ranges.Ranges)
            for (long start = range.Start; start < range.End;)
            {
                // The largest cell that begins here and ends within the range.
                int levels = start == 0 ? MaxOrder : Math.Min(MaxOrder, (int)(long.TrailingZeroCount(start) / 2));
                while (levels > 0 && start + (1L << (2 * levels)) > range.End)
                    levels--;
                byOrder[MaxOrder - levels].Add(start >> (2 * levels));
                start += 1L << (2 * levels);
            }
        for (int order = 0; order <= MaxOrder; order++)
            foreach (long pixel in byOrder[order])
                yield return new HealpixPixel(order, pixel);
    }

    /// <summary>Whether both cover the same and have the same finest order.</summary>
    public bool Equals(Moc? other) => other is not null && MaxOrder == other.MaxOrder && Ranges.Ranges.SequenceEqual(other.Ranges.Ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Moc);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxOrder, Ranges.Ranges.Length, Ranges.IsEmpty ? default : Ranges.Ranges[0]);
}
