using Pile.Format;
using Pile.Sky;
using Pile.Streaming;

namespace Pile;

/// <summary>The rows of a match, side by side, to be loaded in batches: row i of every side belongs to match i.</summary>
/// <remarks>The datasets stay the caller's and have to outlive it; the match table does not.</remarks>
public sealed class MatchStream
{
    private readonly ColumnData ids;
    private readonly double[] raDeg, decDeg;

    internal MatchStream(StreamSource source, ColumnData ids, double[] raDeg, double[] decDeg) =>
        (Source, this.ids, this.raDeg, this.decDeg) = (source, ids, raDeg, decDeg);

    /// <summary>What a <see cref="Loader"/> is made of: the columns of every dataset with its prefix (<c>a_</c>, <c>b_</c>, …), and the
    /// separations.</summary>
    public StreamSource Source { get; }

    /// <summary>Number of matches.</summary>
    public long Count => Source.RowCount;

    /// <summary>Some of the matches, in this order; one may stand there twice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such match.</exception>
    public MatchStream Select(IEnumerable<long> matches)
    {
        long[] chosen = [.. matches];
        StreamSource source = Source.Select(chosen); // says so where one is not there
        return new MatchStream(source, ids.Take([.. chosen.Select(m => (int)m)]), [.. chosen.Select(m => raDeg[m])],
            [.. chosen.Select(m => decDeg[m])]);
    }

    /// <summary>The cell of every match, by the position of A.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    public long[] Cells(int order) => [.. raDeg.Select((ra, i) => Healpix.AngToPix(order, ra, decDeg[i]))];

    /// <summary>As many matches of every cell that has any, however dense they lie: a match is drawn with a weight of one over the matches
    /// in its cell.</summary>
    /// <param name="order">HEALPix order of the cells, 0 to 29.</param>
    /// <param name="rowCount">Rows to draw; null: as many as there are matches.</param>
    /// <param name="seed">Which rows are rounded up.</param>
    public StreamSource Weighted(int order, long? rowCount = null,
        ulong seed = 0) => Source.Weighted(CellWeights.Inverse(Cells(order)), rowCount, seed);

    /// <summary>Splits at random by the ids of A: all matches of a row of A are in one part. A row of B that several of A found may be in
    /// several parts; match one to one, or split by the sky, where it must not.</summary>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed, another split.</param>
    public RowSplit SplitByHash(SplitShares shares, ulong seed = 0) => Split.ByKey(Source, ids, shares, seed);

    /// <summary>Splits the sky by the positions of A, and leaves out what is too close to another part: see
    /// <see cref="Split.BySkyAsync"/>.</summary>
    /// <param name="shares">The parts; of cells, not of rows.</param>
    /// <param name="order">HEALPix order of the cells: 0 to 12.</param>
    /// <param name="guardArcsec">No two matches of different parts are as close as this; more than twice the radius keeps every row of B in
    /// one part.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the guard is not valid.</exception>
    public RowSplit SplitBySky(SplitShares shares, int order = 3, double guardArcsec = 0,
        ulong seed = 0) => Split.BySky(Source, raDeg, decDeg, shares, order, guardArcsec, seed);
}
