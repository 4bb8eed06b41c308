using Pile.CrossMatch.Plain;
using Pile.Format;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>Reads the epochs of the rows of one side that may be in a pair.</summary>
/// <remarks>Arrays in shards are read in the order of the rows, which is that of the shards, some thousand rows at a time.</remarks>
/// <param name="side">The side.</param>
/// <param name="time">Its times, which are arrays.</param>
/// <param name="work">The workspace in which epochs are stored.</param>
internal sealed class EpochReading(PreparedSide side, SideTime time, MatchWorkspace work)
{
    // The location of a row in the shards takes about 30 bytes while it is read.
    private const int RowsAtOnce = 1 << 16, RowsOfBatch = 1024;

    // S7.11: bands with fewer samples are filled with 0, which is no time.
    private const string Lengths = "lightcurve_length", Times = "lightcurve_time";

    private readonly EpochTimes epochs = new(side.RowCount, work);
    private double[] mjd = [];

    /// <summary>Reads the epochs.</summary>
    /// <param name="wanted">The rows that may be in a pair.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The number of rows whose epochs were read.</returns>
    internal async Task<long> ReadAsync(RowSet wanted, CancellationToken cancellationToken)
    {
        List<int> rows = [];
        long read = 0;
        for (int row = 0; row < side.Positions.Count; row++)
        {
            if (wanted[row])
                rows.Add(row);
            if (rows.Count < (row + 1 == side.Positions.Count ? 1 : RowsAtOnce))
                continue;
            if (time.IsHeavy)
                await ReadShardsAsync([.. rows], cancellationToken).ConfigureAwait(false);
            else
                for (int first = 0; first < rows.Count; first += RowsOfBatch)
                {
                    int[] batch = [.. rows.Skip(first).Take(RowsOfBatch)];
                    Add(batch, side.TakeArrays(time.Start.Name, batch), null);
                }
            read += rows.Count;
            rows.Clear();
        }
        side.Epochs = epochs;
        return read;
    }

    private async Task ReadShardsAsync(int[] rows, CancellationToken cancellationToken)
    {
        Dataset dataset = side.Side.Rows ?? throw new InvalidOperationException($"{side.Side.Name} has no shards.");
        bool hasLengths = time.Start.Name == Times && side.Side.Columns.Any(c => c.Name == Lengths);
        Query query = new Query(dataset).Columns(hasLengths ? [Times, Lengths] : [time.Start.Name]); // also of a saved query
        RowReader reader = side is MappedSide
            ? await dataset.OpenRowsByPositionAsync(rows.Select(r => (long)r), query, cancellationToken: cancellationToken)
                .ConfigureAwait(false)
            : await dataset.OpenRowsByIdAsync(IdsOf(rows), query, cancellationToken: cancellationToken).ConfigureAwait(false);
        int at = 0;
        await foreach (RowBatch batch in reader.ReadAllAsync(RowsOfBatch, cancellationToken).ConfigureAwait(false))
        {
            Add(rows.AsSpan(at, batch.RowCount), batch[time.Start.Name], hasLengths ? batch[Lengths] : null);
            at += batch.RowCount;
        }
    }

    // A dataset without a file of positions is loaded in another order than that of its index.
    private IEnumerable<ObjectId> IdsOf(int[] rows)
    {
        BlockRows block = new(rows, new int[rows.Length], new double[rows.Length], 0, rows.Length, false, false);
        ColumnData ids = side.Own(PositionColumn.Id, side.OwnSchema(PositionColumn.Id), ResultPart.A).Take(block);
        return ids is TextColumnData text ? Enumerable.Range(0, rows.Length).Select(i => new ObjectId(text.Text(i)))
            : ((ColumnData<long>)ids).Values.ToArray().Select(id => new ObjectId(id));
    }

    private void Add(ReadOnlySpan<int> rows, ColumnData arrays, ColumnData? lengths)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            int count = arrays.IsNullAt(i) ? 0 : arrays switch
            {
                ColumnData<double> c => Fill(c.Row(i)),
                ColumnData<float> c => Fill(c.Row(i)),
                ColumnData<long> c => Fill(c.Row(i)),
                ColumnData<int> c => Fill(c.Row(i)),
                _ => throw new ArgumentException($"Column '{time.Start.Name}' of {side.Side.Name} has arrays of "
                    + $"{arrays.Schema.DType.Name()}, expected times as floating-point numbers or integers."),
            };
            if (lengths is ColumnData<int> ofBands && arrays.ShapeOf(i) is [var bands, var samples])
                RemoveFill(ofBands.Row(i), bands, samples);
            if (epochs.Add(rows[i], mjd.AsSpan(0, count)) == 0 && (side.Selected is null || side.Selected[rows[i]]))
                side.WithoutTime++;
        }
    }

    private void RemoveFill(ReadOnlySpan<int> lengths, int bands, int samples)
    {
        for (int band = 0; band < Math.Min(bands, lengths.Length); band++)
            if (lengths[band] >= 0 && lengths[band] < samples)
                mjd.AsSpan((band * samples) + lengths[band], samples - lengths[band]).Fill(double.NaN);
    }

    private int Fill<T>(ReadOnlySpan<T> values) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        if (mjd.Length < values.Length)
            mjd = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double own = time.Start.Mjd(double.CreateChecked(values[i]));
            mjd[i] = double.IsNaN(own) ? own : time.ToCommon(own);
        }
        return values.Length;
    }
}
