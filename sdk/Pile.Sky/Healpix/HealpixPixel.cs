namespace Pile.Sky;

/// <summary>A NESTED HEALPix pixel with its order.</summary>
internal readonly record struct HealpixPixel
{
    /// <summary>Creates a pixel.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <param name="pixel">Pixel number, in [0, 12·4^order).</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the pixel is not valid.</exception>
    public HealpixPixel(int order, long pixel)
    {
        Healpix.CheckPixel(order, pixel);
        Order = order;
        Pixel = pixel;
    }

    /// <summary>HEALPix order, 0 to 29.</summary>
    public int Order { get; }

    /// <summary>NESTED pixel number, in [0, 12·4^order).</summary>
    public long Pixel { get; }

    /// <summary>Returns the pixel at an order that contains a position.</summary>
    /// <param name="raDeg">Right ascension: ICRS degrees, any finite value.</param>
    /// <param name="decDeg">Declination: ICRS degrees in [-90, 90].</param>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the position is not valid.</exception>
    public static HealpixPixel FromRaDec(double raDeg, double decDeg, int order) => new(order, Healpix.AngToPix(order, raDeg, decDeg));

    /// <summary>The centre of the pixel, ICRS degrees.</summary>
    public (double RaDeg, double DecDeg) Centre => Healpix.PixToAng(Order, Pixel);

    /// <summary>The pixels at order 29 that this one consists of, as stored in a sorted <c>_healpix_29</c> column.</summary>
    public HealpixRange RangeAtOrder29 => Healpix.RangeAtOrder(Pixel, Order, Healpix.MaxOrder);

    /// <summary>The pixel one order coarser that contains this one.</summary>
    /// <exception cref="InvalidOperationException">The pixel is a base face.</exception>
    public HealpixPixel Parent => Order > 0
        ? new(Order - 1, Healpix.Parent(Pixel))
        : throw new InvalidOperationException($"{this} is a base face and has no parent.");

    /// <summary>The four pixels one order finer that this one consists of, in ascending order.</summary>
    /// <exception cref="InvalidOperationException">The pixel is at order 29.</exception>
    public HealpixPixel[] Children => Order < Healpix.MaxOrder
        ? [new(Order + 1, 4 * Pixel), new(Order + 1, 4 * Pixel + 1), new(Order + 1, 4 * Pixel + 2), new(Order + 1, 4 * Pixel + 3)]
        : throw new InvalidOperationException($"{this} is at the finest order and has no children.");

    /// <summary>Returns the pixel at a coarser (or the same) order that contains this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is finer than the pixel's, or below 0.</exception>
    public HealpixPixel AtOrder(int order) => new(order, Healpix.AtOrder(Pixel, Order, order));

    /// <summary>Returns whether another pixel is inside this one (or equal to it).</summary>
    public bool Contains(HealpixPixel other) => other.Order >= Order && other.Pixel >> (2 * (other.Order - Order)) == Pixel;

    /// <summary>Formats order and number, as in <c>10/7380516</c>.</summary>
    public override string ToString() => $"{Order}/{Pixel}";
}
