using Pile.Sky;

namespace Pile.Adopting;

/// <summary>Compares the HEALPix pixels of a file with its positions.</summary>
/// <remarks>Files of the Multimodal Universe have NESTED pixels with an nside of 16; old ones have 64. Other orders, and RING, are
/// recognized.</remarks>
internal sealed class HealpixCheck(UnitFindings findings)
{
    private const int ExpectedOrder = 4;
    private uint nested = AllOrders, ring = AllOrders;
    private long wrong;
    private string first = "";

    private static uint AllOrders => (1u << (Healpix.MaxOrder + 1)) - 1;

    /// <summary>Adds a row.</summary>
    /// <param name="pixel">Its pixel in the file.</param>
    /// <param name="raDeg">Its right ascension.</param>
    /// <param name="decDeg">Its declination.</param>
    /// <param name="file">The file.</param>
    /// <param name="row">The row, for messages.</param>
    internal void Add(long pixel, double raDeg, double decDeg, string file, string row)
    {
        long finest = Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg);
        long expected = Healpix.AtOrder(finest, Healpix.MaxOrder, ExpectedOrder);
        if (pixel != expected && wrong++ is 0)
            first = $"{file}, row {row}: {pixel}, expected {expected}";
        for (int order = 0; order <= Healpix.MaxOrder && (nested | ring) >> order is not 0; order++)
        {
            long at = Healpix.AtOrder(finest, Healpix.MaxOrder, order);
            if ((nested >> order & 1) is not 0 && pixel != at)
                nested &= ~(1u << order);
            if ((ring >> order & 1) is not 0 && pixel != Healpix.NestToRing(order, at))
                ring &= ~(1u << order);
        }
    }

    /// <summary>Reports the rows of a file, and starts again.</summary>
    internal void Complete()
    {
        if (wrong > 0)
        {
            string scheme = nested is not 0 ? $"; all are NESTED pixels with nside {Healpix.NsideOf(LowestOf(nested))}"
                : ring is not 0 ? $"; all are RING pixels with nside {Healpix.NsideOf(LowestOf(ring))}" : "";
            findings.Add($"'healpix' disagrees with the position at nside {Healpix.NsideOf(ExpectedOrder)}{scheme}; it is kept as "
                + $"'{OutputNames.SourceHealpix}'", first, wrong);
        }
        (nested, ring, wrong, first) = (AllOrders, AllOrders, 0, "");
    }

    private static int LowestOf(uint orders) => System.Numerics.BitOperations.TrailingZeroCount(orders);
}
