using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>A side of the pipeline: sorted positions, and the required columns with a value for each row.</summary>
/// <param name="side">The side.</param>
/// <param name="work">The workspace in which values are stored.</param>
internal abstract class PreparedSide(MatchSide side, MatchWorkspace work) : IDisposable
{
    /// <summary>Columns of numbers or booleans that were read.</summary>
    protected readonly Dictionary<string, NumberValues> numbers = new(StringComparer.Ordinal);

    /// <summary>Columns of text or arrays that were read.</summary>
    protected readonly Dictionary<string, KeptColumn> others = new(StringComparer.Ordinal);

    internal MatchSide Side => side;

    /// <summary>The positions of the rows that have one, which are first.</summary>
    internal abstract SortedPositions Positions { get; }

    /// <summary>The ids of the rows with a position.</summary>
    internal abstract RowIds Ids { get; }

    /// <summary>The total number of rows, including those without a position.</summary>
    internal abstract int RowCount { get; }

    internal long WithoutPosition => RowCount - Positions.Count;

    /// <summary>The selected rows; null for all.</summary>
    internal RowSet? Selected { get; private protected set; }

    /// <summary>The number of selected rows.</summary>
    internal long Count { get; private protected set; }

    /// <summary>The errors, or the radii, of the rows; null without an error model.</summary>
    internal PositionErrors? Errors { get; private set; }

    /// <summary>The time of each row, or the start of its interval, as MJD in the common scale; NaN if missing. Empty without a time window
    /// and with <see cref="Epochs"/>.</summary>
    internal RowArray<double> Mjd { get; private set; } = new(0);

    /// <summary>The end of the interval of each row, not before its start; empty for instants.</summary>
    internal RowArray<double> MjdEnd { get; private set; } = new(0);

    /// <summary>The epochs of the rows that may be in a pair; null if rows have an instant or an interval.</summary>
    internal EpochTimes? Epochs { get; set; }

    /// <summary>The number of selected rows with a position but without a time, if times are used.</summary>
    internal long WithoutTime { get; set; }

    /// <summary>The number of rows whose interval ends before its start.</summary>
    internal long EndsBeforeStart { get; private set; }

    protected MatchWorkspace Work => work;

    /// <summary>Work that <see cref="Identified"/> does if it was not done before, in parts that take about as long.</summary>
    internal virtual IEnumerable<Action> IdentityWork => [];

    /// <summary>Returns the identity of the side in the record of a match.</summary>
    /// <param name="identity">The identity of the side.</param>
    /// <param name="ofPositions">True to identify a dataset by its positions if only these were read.</param>
    internal abstract SideIdentity Identified(SideIdentity identity, bool ofPositions);

    /// <summary>Returns the parts of the side that were read.</summary>
    internal abstract Task<SidePlan> ActualAsync(SideNeeds needs, HealpixRanges? reach, CancellationToken cancellationToken);

    /// <summary>Reports a side whose files were written to since they were opened.</summary>
    internal abstract void RequireUnchanged();

    /// <summary>Returns the schema of the column of ids, right ascensions or declinations.</summary>
    internal abstract ColumnSchema OwnSchema(PositionColumn column);

    /// <summary>Returns ids, right ascensions or declinations as a column of a result.</summary>
    internal abstract ResultColumn Own(PositionColumn column, ColumnSchema schema, ResultPart part);

    /// <summary>Computes errors and times after the columns are read.</summary>
    internal void EndRead(SideNeeds needs, HealpixRanges? reach, int workers)
    {
        if (needs.Errors is { } source)
            Errors = PositionErrors.Of(this, source, work, (name, first, values) => Fill(name, first, values, SideValues.Numbers), IsUsed,
                reach, workers);
        if (needs.Time is { HasEpochs: false } time)
            ReadTimes(time, reach);

        bool IsUsed(int row) => (Selected is null || Selected[row]) && (reach is null || reach.Contains(PixelOf(row)));
    }

    /// <summary>Returns the interval of a row, which has no duration for an instant; NaN if missing.</summary>
    internal (double Start, double End) Interval(int row) => MjdEnd.Count == 0 ? (Mjd[row], Mjd[row]) : (Mjd[row], MjdEnd[row]);

    /// <summary>Returns the arrays of times of some rows, of a column that was read.</summary>
    internal ColumnData TakeArrays(string name, ReadOnlySpan<int> rows) => others[name].Take(rows, Schema(name));

    /// <summary>Returns a column that was read; null if it does not have numbers.</summary>
    internal NumberValues? Numbers(string name) => numbers.GetValueOrDefault(name);

    /// <summary>Returns the value of a row in a column of bytes that was read; empty if missing.</summary>
    internal ReadOnlySpan<byte> Bytes(string name, int row)
    {
        (ColumnData values, int at) = others[name].Find(row);
        return values.IsNullAt(at) ? [] : values.RowBytes(at);
    }

    /// <summary>Returns the numbers of all rows, of a column that was read; NaN if missing.</summary>
    internal RowArray<double> NumbersOf(string name) =>
        OfAllRows((first, destination) => Fill(name, first, destination.Span, SideValues.Numbers));

    /// <summary>Returns the schema of a column that was read.</summary>
    internal virtual ColumnSchema Schema(string name) =>
        others.TryGetValue(name, out KeptColumn? values) ? values.Schema : side.Require(name);

    /// <summary>Returns a column that was read as a column of a result.</summary>
    internal ResultColumn Stored(string name, ColumnSchema schema, ResultPart part) =>
        numbers.TryGetValue(name, out NumberValues? values) ? new NumberColumn(schema, part, values)
            : new OtherColumn(schema, part, others[name]);

    public virtual void Dispose() { }

    private void ReadTimes(SideTime time, HealpixRanges? reach)
    {
        Mjd = InstantsAsStored(time) ?? OfAllRows((first, destination) => SideValues.Mjd(time.Start,
            time.ConvertedFrom is null ? null : time.ToCommon, (values, convert) => Fill(time.Start.Name, first, values, convert),
            destination.Span));
        if (time.End is { } end)
            MjdEnd = OfAllRows((first, destination) =>
            {
                // A duration has the unit of its column, not the zero point of the start.
                SideValues.Mjd(time.HasDurations ? end with { ZeroMjd = 0 } : end,
                    time.HasDurations || time.ConvertedFrom is null ? null : time.ToCommon,
                    (values, convert) => Fill(end.Name, first, values, convert), destination.Span);
                for (int i = 0; i < destination.Length; i++)
                {
                    EndsBeforeStart += !time.HasDurations && destination.Span[i] < Mjd[first + i] ? 1 : 0;
                    SideTime.Complete(ref Mjd[first + i], ref destination.Span[i], time.HasDurations);
                }
            });
        TimeColumn[] texts = [.. new[] { time.Start, time.End }.OfType<TimeColumn>().Where(c => c.Schema.DType == DType.String)];
        // An end without a value does not make a row one without a time, and a time in UTC is read in any scale.
        bool areAllRequired = texts.Contains(time.End) || Array.Exists(texts, c => c.OtherScale is not null);
        for (int row = 0; row < Positions.Count; row++)
            if ((areAllRequired || double.IsNaN(Mjd[row])) && (Selected is null || Selected[row])
                && (reach is null || reach.Contains(PixelOf(row))))
            {
                foreach (TimeColumn column in texts)
                    if (others[column.Name].Find(row) is var (values, at))
                        column.Require((TextColumnData)values, at, side.Name, row);
                WithoutTime += double.IsNaN(Mjd[row]) ? 1 : 0;
            }
    }

    // Instants that are MJD already are not copied: ten million take 80 MB.
    private RowArray<double>? InstantsAsStored(SideTime time)
    {
        if (time is not { End: null, ConvertedFrom: null } || Numbers(time.Start.Name)?.Rows<double>() is not { } stored)
            return null;
        foreach (double value in stored.GetSpan())
            if (!time.Start.Mjd(value).Equals(value)) // NaN equals NaN
                return null;
        return stored;
    }

    private long PixelOf(int row) => Positions.Healpix29(row >> SortedPositions.ChunkShift)[row & (SortedPositions.ChunkRows - 1)];

    // Chunk by chunk, so that intermediate results are small.
    private RowArray<double> OfAllRows(Action<int, Memory<double>> compute)
    {
        RowArray<double> all = work.Rows<double>(RowCount);
        for (int first = 0; first < all.Count; first += SortedPositions.ChunkRows)
            compute(first, all.Memory.Slice(first, Math.Min(SortedPositions.ChunkRows, all.Count - first)));
        return all;
    }

    private void Fill(string name, int first, Span<double> destination, SideValues.ConvertRows convert)
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
}
