using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Streaming;

namespace Pile;

/// <summary>The rows of a match: row i of every side belongs to match i. They are read in batches by a <see cref="Loader"/>, in order or
/// shuffled, or one by one by their positions.</summary>
/// <remarks>Nothing but the positions of the rows is read before. The caller closes the datasets, which must stay open while rows are
/// read; the match table may be disposed.</remarks>
public sealed class MatchedRows
{
    private readonly ColumnData ids;
    private readonly double[] raDeg, decDeg;
    private readonly ImmutableArray<ImmutableArray<long>> positions;

    internal MatchedRows(StreamSource source, ImmutableArray<ImmutableArray<long>> positions, ColumnData ids, double[] raDeg,
        double[] decDeg) =>
        (Source, this.positions, this.ids, this.raDeg, this.decDeg) = (source, positions, ids, raDeg, decDeg);

    /// <summary>The source for a <see cref="Loader"/>: the columns of every dataset with its prefix (<c>a_</c>, <c>b_</c>, …), and the
    /// separations.</summary>
    public StreamSource Source { get; }

    /// <summary>Returns the positions of the rows of a side in the index of its dataset, for
    /// <see cref="Dataset.OpenRowsByPositionAsync"/>.</summary>
    /// <param name="side">0 for A, 1 for B, and so on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    public ImmutableArray<long> Positions(int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(side);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(side, positions.Length);
        return positions[side];
    }

    /// <summary>The number of matches.</summary>
    public long Count => Source.RowCount;

    /// <summary>Selects matches, in this order; duplicates are allowed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such match.</exception>
    public MatchedRows Select(IEnumerable<long> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        long[] chosen = [.. matches];
        StreamSource source = Source.Select(chosen); // throws if a match does not exist
        return new MatchedRows(source, [.. positions.Select(side => chosen.Select(m => side[(int)m]).ToImmutableArray())],
            ids.Take([.. chosen.Select(m => (int)m)]), [.. chosen.Select(m => raDeg[m])], [.. chosen.Select(m => decDeg[m])]);
    }

    /// <summary>Returns the cell of every match, by the position of A.</summary>
    /// <param name="order">HEALPix order, 0 to 29.</param>
    public long[] Cells(int order) => [.. raDeg.Select((ra, i) => Healpix.AngToPix(order, ra, decDeg[i]))];

    /// <summary>Draws the same number of matches from every cell with matches, regardless of their density: the weight of a match is the
    /// inverse of the number of matches in its cell.</summary>
    /// <param name="order">HEALPix order of the cells, 0 to 29.</param>
    /// <param name="rowCount">The number of rows to draw, 0 to <see cref="Array.MaxLength"/>; null for the number of matches.</param>
    /// <param name="seed">Selects the rows that are rounded up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not valid, or the number of rows is negative or too large.</exception>
    public StreamSource Weighted(int order, long? rowCount = null,
        ulong seed = 0) => Source.Weighted(CellWeights.Inverse(Cells(order)), rowCount, seed);

    /// <summary>Splits at random by the ids of A: all matches of a row of A are in the same part.</summary>
    /// <remarks>A row of B with several partners may be in several parts. To avoid this, match one to one, or split by the sky.</remarks>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    public RowSplit SplitByHash(SplitShares shares, ulong seed = 0) => Split.ByKey(Source, ids, shares, seed);

    /// <summary>Splits the sky by the positions of A, and leaves out matches too close to another part, see
    /// <see cref="Split.BySkyAsync"/>.</summary>
    /// <param name="shares">The parts, as shares of cells.</param>
    /// <param name="order">HEALPix order of the cells: 0 to 12.</param>
    /// <param name="guardArcsec">The minimum separation of matches of different parts. If it is more than twice the radius, every row of B
    /// is in one part only.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order or the guard is not valid.</exception>
    public RowSplit SplitBySky(SplitShares shares, int order = 3, double guardArcsec = 0,
        ulong seed = 0) => Split.BySky(Source, raDeg, decDeg, shares, order, guardArcsec, seed);
}
