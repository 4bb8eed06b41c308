namespace Pile.Sky;

/// <summary>A multi-order coverage map: a part of the sky as NESTED pixels of several orders, in ICRS.</summary>
/// <remarks>Source: IVOA MOC 2.0 (Fernique et al. 2022), space part. Stored as ranges at the finest order; the cells of all orders are
/// computed on demand.</remarks>
public sealed partial class Moc : IEquatable<Moc>
{
    private Moc(HealpixRanges ranges) => Ranges = ranges;

    /// <summary>Creates the map of a region; its order becomes the finest order of the map.</summary>
    internal static Moc Of(HealpixRanges ranges) => new(ranges);

    /// <summary>Creates a map from cells of any orders, in any sequence; cells can overlap.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="maxOrder">The finest order, if it is finer than the finest cell. Null: the order of the finest cell, or 0 without
    /// cells.</param>
    /// <exception cref="ArgumentException">A cell is finer than the finest order.</exception>
    internal static Moc OfCells(IEnumerable<HealpixPixel> cells, int? maxOrder = null)
    {
        HealpixPixel[] all = [.. cells];
        int finest = all.Length == 0 ? 0 : all.Max(c => c.Order), order = maxOrder ?? finest;
        if (order < finest)
            throw new ArgumentException($"A cell has order {finest}, which is finer than the map's finest order {order}.",
                nameof(maxOrder));
        return new Moc(HealpixRanges.FromRanges(order, Array.ConvertAll(all, c => Healpix.RangeAtOrder(c.Pixel, c.Order, order))));
    }

    /// <summary>The covered pixels as ranges at <see cref="MaxOrder"/>.</summary>
    internal HealpixRanges Ranges { get; }

    /// <summary>The finest order, which gives the resolution of the border.</summary>
    public int MaxOrder => Ranges.Order;

    /// <summary>Whether the map covers nothing.</summary>
    public bool IsEmpty => Ranges.IsEmpty;

    /// <summary>The covered fraction of the sky, in [0, 1].</summary>
    public double SkyFraction => Ranges.SkyFraction;

    /// <summary>Returns the part of the sky that either map covers, at the finer of the two orders.</summary>
    public Moc Union(Moc other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Ranges.Union(other.Ranges));
    }

    /// <summary>Returns the part of the sky that both maps cover, at the finer of the two orders.</summary>
    public Moc Intersect(Moc other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Ranges.Intersect(other.Ranges));
    }

    /// <summary>Returns the part of this map that the other does not cover, at the finer of the two orders.</summary>
    public Moc Difference(Moc other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Ranges.Except(other.Ranges));
    }

    /// <summary>Returns the rest of the sky.</summary>
    public Moc Complement() => new(Ranges.Complement());

    /// <summary>Returns the map at another order. At a coarser order, it includes every cell that is partly covered; at a finer order, only
    /// the order changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid.</exception>
    public Moc AtOrder(int order) => new(Ranges.AtOrder(order));

    /// <summary>Returns whether the map covers the pixel of a position.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees.</param>
    /// <param name="decDeg">Declination: ICRS degrees in [-90, 90].</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not valid.</exception>
    public bool Contains(double raDeg, double decDeg) => Ranges.Contains(Healpix.AngToPix(MaxOrder, raDeg, decDeg));

    /// <summary>The number of <see cref="Cells"/>.</summary>
    internal long CellCount => Cells().LongCount();

    /// <summary>Enumerates the largest possible cells, by order and then by number: the normal form of the standard.</summary>
    internal IEnumerable<HealpixPixel> Cells()
    {
        List<long>[] byOrder = [.. Enumerable.Range(0, MaxOrder + 1).Select(_ => new List<long>())];
        foreach (HealpixRange range in Ranges.Ranges)
            for (long start = range.Start; start < range.End;)
            {
                // The largest cell that starts here and ends within the range.
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

    /// <summary>Returns whether both maps cover the same part of the sky and have the same finest order.</summary>
    public bool Equals(Moc? other) => other is not null && MaxOrder == other.MaxOrder && Ranges.Ranges.SequenceEqual(other.Ranges.Ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Moc);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxOrder, Ranges.Ranges.Length, Ranges.IsEmpty ? default : Ranges.Ranges[0]);
}
