using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Pile.DuckDb;
using Pile.Sky;

namespace Pile.Reading;

/// <summary>Tests rows of a catalogue of another program against a region, by their positions. A row whose stored pixel or tile contradicts
/// its position is an error: otherwise a search would miss it.</summary>
/// <remarks>A stored pixel may differ from the computed one at the edge of a pixel, since programs round differently.</remarks>
internal sealed class PositionCheck : IDuckDbPredicate
{
    /// <summary>The value of a missing pixel.</summary>
    internal const long NoKey = -1;

    /// <summary>The beginning of the message if a row is rejected.</summary>
    internal const string Marker = "a row contradicts its tile: ";

    private const double ToleranceArcsec = 1;

    private readonly HealpixRanges tiles;
    private readonly bool hasKeys;
    private readonly IDuckDbPredicate? region;

    /// <param name="tiles">The tiles whose rows are tested.</param>
    /// <param name="hasKeys">False if the rows have no stored pixel.</param>
    /// <param name="region">The region; null to test only the positions.</param>
    internal PositionCheck(ImmutableArray<IndexTile> tiles, bool hasKeys, IDuckDbPredicate? region)
    {
        (this.hasKeys, this.region) = (hasKeys, region);
        this.tiles = HealpixRanges.FromRanges(Healpix.MaxOrder, [.. tiles.Select(t => t.Pixel.RangeAtOrder29)]);
    }

    /// <summary>Returns what is wrong with a row, from DuckDB's message; null for another error.</summary>
    internal static string? FindIn(DuckDbException e) =>
        e.Error.IndexOf(Marker, StringComparison.Ordinal) is >= 0 and var at ? e.Error[at..].Split('\n')[0].TrimEnd() : null;

    void IDuckDbPredicate.Test(ReadOnlySpan<long> keys, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<bool> destination)
    {
        int count = keys.Length;
        double[] ra = ArrayPool<double>.Shared.Rent(count), dec = ArrayPool<double>.Shared.Rent(count);
        long[] own = ArrayPool<long>.Shared.Rent(count);
        try
        {
            for (int i = 0; i < count; i++)
            {
                if (Math.Abs(y[i]) > 90)
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"{Marker}its declination is {y[i]:R} degrees"));
                if (x[i] is < 0 or > 360)
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"{Marker}its right ascension is {x[i]:R} degrees, expected a value in [0, 360] or [-180, 180]"));
                (ra[i], dec[i]) = double.IsFinite(x[i]) && double.IsFinite(y[i]) ? (x[i], y[i]) : (0, 0);
            }
            Healpix.AngToPix(Healpix.MaxOrder, ra.AsSpan(0, count), dec.AsSpan(0, count), own.AsSpan(0, count));
            for (int i = 0; i < count; i++)
                if (double.IsFinite(x[i]) && double.IsFinite(y[i]))
                    Require(keys[i], own[i], ra[i], dec[i]);
            if (region is null)
                destination[..count].Fill(true);
            else
                region.Test(own.AsSpan(0, count), ra.AsSpan(0, count), dec.AsSpan(0, count), destination);
            for (int i = 0; i < count; i++)
                destination[i] &= double.IsFinite(x[i]) && double.IsFinite(y[i]);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(ra);
            ArrayPool<double>.Shared.Return(dec);
            ArrayPool<long>.Shared.Return(own);
        }
    }

    private void Require(long key, long own, double raDeg, double decDeg)
    {
        if (hasKeys && key != own && !IsNear(key, raDeg, decDeg))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{Marker}its position {raDeg:R}, {decDeg:R} is in pixel {own} of order 29, but its stored pixel is "
                    + $"{(key == NoKey ? "missing" : key)}"));
        if (!tiles.Contains(own) && !(hasKeys && tiles.Contains(key)))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{Marker}its position {raDeg:R}, {decDeg:R} is not in the pixel of the tile"));
    }

    private static bool IsNear(long key, double raDeg, double decDeg)
    {
        if (key < 0 || key >= Healpix.PixelCount(Healpix.MaxOrder))
            return false;
        (double ra, double dec) = Healpix.PixToAng(Healpix.MaxOrder, key);
        return Separation.Arcsec(ra, dec, raDeg, decDeg) <= ToleranceArcsec;
    }
}
