using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Streaming;

public static partial class Split
{
    private const double WidestGuardDeg = 90;
    private const int BlockRows = 1024;

    /// <summary>Splits the sky instead of the rows: every HEALPix cell belongs to one part, and rows close to a cell of another part are
    /// left out, so that no neighbours are in different parts.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="shares">The parts, as shares of cells.</param>
    /// <param name="order">HEALPix order of the cells: 0 to 12; at order 3 they are about 7 degrees wide.</param>
    /// <param name="guardArcsec">The minimum separation of rows of different parts. A strip of half this width on either side of a border
    /// is left out.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">A column is missing, or a condition is not a valid SQL expression.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the guard is not valid.</exception>
    public static async Task<RowSplit> BySkyAsync(Query query, SplitShares shares, int order = 3, double guardArcsec = 0, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(shares);
        RequireSky(order, guardArcsec);
        query.Dataset.RequirePositions("A split by the sky");
        PositionFrame frame = query.Dataset.Manifest.Partition.Frame!;
        RowBatch rows = await LightAsync(query, [frame.Lon, frame.Lat], cancellationToken).ConfigureAwait(false);
        int[] part = PartsOnSky(((ColumnData<double>)rows[frame.Lon]).Values, ((ColumnData<double>)rows[frame.Lat]).Values, shares, order,
            guardArcsec, seed, cancellationToken);
        return await SplitAsync(query, shares.Names, part, SplitStep.OfSky(shares, order, guardArcsec, seed), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Splits the sky for rows with known positions, such as those of a match.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="raDeg">Right ascension of every row: ICRS degrees.</param>
    /// <param name="decDeg">Declination of every row: ICRS degrees.</param>
    /// <param name="shares">The parts, as shares of cells.</param>
    /// <param name="order">HEALPix order of the cells: 0 to 12.</param>
    /// <param name="guardArcsec">The minimum separation of rows of different parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <exception cref="ArgumentException">The number of positions differs from the number of rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order or the guard is not valid.</exception>
    public static RowSplit BySky(StreamSource source, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg, SplitShares shares,
        int order = 3, double guardArcsec = 0, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shares);
        RequireSky(order, guardArcsec);
        RequireForEvery(source, raDeg.Length, "right ascensions");
        RequireForEvery(source, decDeg.Length, "declinations");
        return new RowSplit(source, shares.Names, PartsOnSky(raDeg.ToArray(), decDeg.ToArray(), shares, order, guardArcsec, seed,
            CancellationToken.None));
    }

    private static int[] PartsOnSky(ReadOnlyMemory<double> raDeg, ReadOnlyMemory<double> decDeg, SplitShares shares, int order,
        double guardArcsec, ulong seed, CancellationToken cancellationToken)
    {
        int[] part = new int[raDeg.Length];
        ParallelOptions untilCancelled = new() { CancellationToken = cancellationToken };
        Parallel.For(0, (part.Length + BlockRows - 1) / BlockRows, untilCancelled, block =>
        {
            ReadOnlySpan<double> ra = raDeg.Span, dec = decDeg.Span;
            for (int row = block * BlockRows; row < Math.Min(part.Length, (block + 1) * BlockRows); row++)
                part[row] = PartAt(ra[row], dec[row]);
        });
        return part;

        // If two rows of different parts were closer than the guard, the point halfway between them would be within half the guard of both:
        // in a cell of both parts.
        int PartAt(double raDeg, double decDeg)
        {
            int own = PartOf(Healpix.AngToPix(order, raDeg, decDeg));
            if (guardArcsec > 0)
                foreach (long cell in Healpix.CoverConeInclusive(raDeg, decDeg, guardArcsec / 7200, order).Pixels())
                    if (PartOf(cell) != own)
                        return -1;
            return own;
        }

        int PartOf(long cell) => shares.PartOf(new SeededRandom(seed, ForCells, (ulong)order, (ulong)cell).NextUnit());
    }

    private static void RequireSky(int order, double guardArcsec)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, 12);
        if (!(guardArcsec is >= 0 and <= WidestGuardDeg * 3600))
            throw new ArgumentOutOfRangeException(nameof(guardArcsec), guardArcsec,
                $"The guard must be 0 to {WidestGuardDeg * 3600} arcseconds.");
    }
}
