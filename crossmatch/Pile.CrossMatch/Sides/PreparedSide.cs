using System.Collections.Immutable;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A side of the pipeline: sorted positions, and the columns that the match needs, each a value for each row.</summary>
/// <param name="side">What was asked for.</param>
/// <param name="work">Where values are kept.</param>
internal abstract class PreparedSide(MatchSide side, MatchWorkspace work) : IDisposable
{
    /// <summary>Columns of numbers or booleans that were read.</summary>
    protected readonly Dictionary<string, NumberValues> numbers = new(StringComparer.Ordinal);

    /// <summary>Columns of text or arrays that were read.</summary>
    protected readonly Dictionary<string, KeptColumn> others = new(StringComparer.Ordinal);

    internal MatchSide Side => side;

    /// <summary>The rows with a position, which come first.</summary>
    internal abstract SortedPositions Positions { get; }

    /// <summary>The ids of the rows with a position.</summary>
    internal abstract RowIds Ids { get; }

    /// <summary>Rows in all, those without a position included.</summary>
    internal abstract int RowCount { get; }

    internal long WithoutPosition => RowCount - Positions.Count;

    /// <summary>The rows that take part; null for all.</summary>
    internal RowSet? Selected { get; private protected set; }

    /// <summary>How many rows take part.</summary>
    internal long Count { get; private protected set; }

    /// <summary>Errors in arcseconds, or radii, for each row; NaN where there is none. Empty where none are asked for.</summary>
    internal RowArray<double> Errors { get; private set; } = new(0);

    /// <summary>Times for each row, MJD; NaN where there is none. Empty where none are asked for.</summary>
    internal RowArray<double> Mjd { get; private set; } = new(0);

    /// <summary>Rows that take part and have a position but no error, where errors are asked for.</summary>
    internal long WithoutError { get; private set; }

    protected MatchWorkspace Work => work;

    /// <summary>What names the side in the record of a match.</summary>
    /// <param name="identity">What the side is.</param>
    /// <param name="ofPositions">Whether a dataset of which positions alone were read is named by them.</param>
    internal abstract SideIdentity Identified(SideIdentity identity, bool ofPositions);

    /// <summary>What was read of the side.</summary>
    internal abstract Task<SidePlan> ActualAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken);

    /// <summary>Reports a side whose files were written to since they were opened.</summary>
    internal abstract void RequireUnchanged();

    /// <summary>Ids, right ascensions or declinations: what the column is.</summary>
    internal abstract ColumnSchema OwnSchema(PositionColumn column);

    /// <summary>Ids, right ascensions or declinations as a column of a result.</summary>
    internal abstract ResultColumn Own(PositionColumn column, ColumnSchema schema, ResultPart part);

    /// <summary>Computes errors and times once the columns are read.</summary>
    internal void EndRead(SideNeeds needs, HealpixRanges? reach)
    {
        if (!needs.Errors.IsEmpty)
            Errors = OfAllRows(ErrorsOf(needs.Errors));
        if (needs.Time is { } time)
            Mjd = OfAllRows((first, destination) => Fill(time, first, destination.Span, SideValues.Mjd));
        for (int row = 0; row < Math.Min(Errors.Count, Positions.Count); row++)
            if (double.IsNaN(Errors[row]) && (Selected is null || Selected[row]) && (reach is null || reach.Contains(PixelOf(row))))
                WithoutError++;
    }

    /// <summary>A column of numbers that was read; null if it is not one.</summary>
    internal NumberValues? Numbers(string name) => numbers.GetValueOrDefault(name);

    /// <summary>A column that was read, as it was found.</summary>
    internal virtual ColumnSchema Schema(string name) =>
        others.TryGetValue(name, out KeptColumn? values) ? values.Schema : side.Require(name);

    /// <summary>A column that was read, as a column of a result.</summary>
    internal ResultColumn Stored(string name, ColumnSchema schema, ResultPart part) =>
        numbers.TryGetValue(name, out NumberValues? values) ? new NumberColumn(schema, part, values)
            : new OtherColumn(schema, part, others[name]);

    public virtual void Dispose() { }

    private long PixelOf(int row) => Positions.Healpix29(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)];

    // Chunk by chunk: what is computed on the way is small.
    private RowArray<double> OfAllRows(Action<int, Memory<double>> compute)
    {
        RowArray<double> all = work.Rows<double>(RowCount);
        for (int first = 0; first < all.Count; first += SortedPositions.ChunkRows)
            compute(first, all.Memory.Slice(first, Math.Min(SortedPositions.ChunkRows, all.Count - first)));
        return all;
    }

    private Action<int, Memory<double>> ErrorsOf(ImmutableArray<string> names)
    {
        double[] factors = [.. names.Select(name => SideValues.FactorToArcsec(side, Schema(name)))];
        return (first, destination) => SideValues.Errors(factors, (int column, Span<double> values) =>
            Fill(names[column], first, values, SideValues.Numbers), destination.Span);
    }

    private void Fill(string name, int first, Span<double> destination, ConvertRows convert)
    {
        if (numbers.TryGetValue(name, out NumberValues? values))
        {
            convert(values.All(Schema(name)), first, destination);
            return;
        }
        while (!destination.IsEmpty)
        {
            (ColumnData piece, int row) = others[name].Find(first);
            int count = Math.Min(destination.Length, piece.RowCount - row);
            convert(piece, row, destination[..count]);
            first += count;
            destination = destination[count..];
        }
    }

    private delegate void ConvertRows(ColumnData column, int firstRow, Span<double> destination);
}
