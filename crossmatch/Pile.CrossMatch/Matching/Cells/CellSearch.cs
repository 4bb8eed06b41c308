namespace Pile.CrossMatch.Matching.Cells;

/// <summary>Finds all pairs of two sides by a merge of their sorted pixels. Used for radii up to about a degree.</summary>
/// <remarks>
/// Objects of one cell are contiguous on both sides. Those of a are compared with those of b in x and y, sixteen at once, before any
/// position is read. An object of b near an edge of its cell is copied into the neighbouring cells within reach. Objects of a are not
/// copied, so that every pair is found once.
/// </remarks>
internal sealed class CellSearch : IPairSearch
{
    /// <summary>Within a base face, a step of r radians changes x or y by at most 1.452 r Nside at the poles, and 1.02 to 1.2 r Nside
    /// elsewhere.</summary>
    private const double LargestStretch = 1.46;

    /// <summary>The coarsest order. In coarser ones all cells are neighbours of each other.</summary>
    private const int CoarsestOrder = 3;

    private readonly bool[] reachedA;
    private readonly BorderCopies?[] copies;

    /// <summary>Prepares a search: divides the sky into cells and copies the objects near their edges.</summary>
    internal CellSearch(SortedPositions a, SortedPositions b, SkyMatchOptions options, CancellationToken cancellationToken)
    {
        (A, B, RadiusArcsec, Reach) = (a, b, options.RadiusArcsec, ReachOf(options.RadiusArcsec));
        reachedA = ReachedChunks.Find(a, options.SelectedA, b, options.SelectedB, Reach);
        bool[] reachedB = ReachedChunks.Find(b, options.SelectedB, a, options.SelectedA, Reach, options.ChunksOfA);
        Orders = CellOrders.Of(b, reachedB, Reach, options.Workers, cancellationToken);
        copies = new BorderCopies?[b.ChunkCount];
        BorderScan scan = new(Orders, Reach);
        ChunkLoop.Run(copies.Length, options.Workers, chunk =>
        {
            if (reachedB[chunk])
                copies[chunk] = scan.Find(b.Healpix29(chunk), chunk << SortedPositions.ChunkShift);
            b.ReleaseBehind(chunk);
        }, cancellationToken);
    }

    internal SortedPositions A { get; }

    internal SortedPositions B { get; }

    internal double RadiusArcsec { get; }

    /// <summary>The largest difference of a pair in x or y, in units of order-29 pixels, including 3 for rounding.</summary>
    internal int Reach { get; }

    internal CellOrders Orders { get; }

    /// <summary>Returns true if cells can be large enough for a radius.</summary>
    internal static bool IsFor(double radiusArcsec) =>
        radiusArcsec <= 3600 && CellOrders.FinestFor(ReachOf(radiusArcsec)) >= CoarsestOrder - 1;

    public IPairSearcher CreateSearcher() => new CellSearcher(this);

    /// <summary>Returns true if rows of a chunk of a may have partners.</summary>
    internal bool Reaches(int chunkOfA) => reachedA[chunkOfA];

    /// <summary>Collects the copies for a range of cells.</summary>
    internal void CollectCopies(long firstCell, long endCell, BorderCopies into)
    {
        into.Clear();
        foreach (BorderCopies? ofChunk in copies)
            if (ofChunk is not null)
                into.AddRange(ofChunk, firstCell, endCell);
        into.Sort();
    }

    private static int ReachOf(double radiusArcsec) =>
        (int)Math.Ceiling(LargestStretch * radiusArcsec / 3600 * Math.PI / 180 * FacePoint.Side) + 3;
}
