using Pile.CrossMatch.Matching;
using Pile.Format;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>The rows of a side in memory: sorted as an index is, those without a position last.</summary>
internal sealed class LoadedSide
{
    private LoadedSide(RowBatch rows, int[] order, SortedPositions positions) => (Rows, Order, Positions) = (rows, order, positions);

    /// <summary>The rows as they were read: object_id, ra, dec, then what is carried along.</summary>
    internal RowBatch Rows { get; }

    /// <summary>For each place in the sorted order the row; rows without a position follow those of <see cref="Positions"/>.</summary>
    internal int[] Order { get; }

    /// <summary>The sorted positions.</summary>
    internal SortedPositions Positions { get; }

    internal int WithoutPosition => Order.Length - Positions.Count;

    internal static async Task<LoadedSide> LoadAsync(MatchSide side, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in side.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
            if (batches.Count == 0 || batch.RowCount > 0)
                batches.Add(batch);
        RowBatch rows = new(Enumerable.Range(0, batches[0].Columns.Length).Select(i => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
        return await Task.Run(() => Sort(side.Name, rows), cancellationToken).ConfigureAwait(false);
    }

    private static LoadedSide Sort(string name, RowBatch rows)
    {
        ColumnData id = rows.Columns[0];
        ColumnData<double> ra = (ColumnData<double>)rows.Columns[1], dec = (ColumnData<double>)rows.Columns[2];
        List<int> placed = new(rows.RowCount), unplaced = [];
        for (int row = 0; row < rows.RowCount; row++)
            (HasPosition(name, ra, dec, row) ? placed : unplaced).Add(row);

        double[] raDeg = new double[placed.Count], decDeg = new double[placed.Count];
        long[] healpix29 = new long[placed.Count];
        int[] order = [.. placed];
        for (int i = 0; i < order.Length; i++)
            (raDeg[i], decDeg[i]) = (ra.Values.Span[order[i]] == 360 ? 0 : ra.Values.Span[order[i]], dec.Values.Span[order[i]]);
        Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, healpix29);

        Comparison<int> byId = ById(id);
        int[] permutation = [.. Enumerable.Range(0, order.Length)];
        bool sorted = true;
        for (int i = 1; i < order.Length && sorted; i++)
            sorted = healpix29[i - 1] < healpix29[i] || (healpix29[i - 1] == healpix29[i] && byId(order[i - 1], order[i]) <= 0);
        if (!sorted)
        {
            long[] keys = [.. healpix29];
            Array.Sort(keys, permutation);
            SortTies(keys, permutation, order, byId);
        }
        unplaced.Sort((a, b) => byId(a, b) is var c && c != 0 ? c : a.CompareTo(b));
        PositionArrays positions = new(Permuted(healpix29, permutation), Permuted(raDeg, permutation), Permuted(decDeg, permutation));
        return new LoadedSide(rows, [.. Permuted(order, permutation), .. unplaced], positions);
    }

    private static void SortTies(long[] keys, int[] permutation, int[] order, Comparison<int> byId)
    {
        for (int first = 0; first < keys.Length;)
        {
            int end = first + 1;
            while (end < keys.Length && keys[end] == keys[first])
                end++;
            if (end - first > 1)
                permutation.AsSpan(first, end - first).Sort((a, b) => byId(order[a], order[b]) is var c && c != 0 ? c : order[a].CompareTo(order[b]));
            first = end;
        }
    }

    private static bool HasPosition(string name, ColumnData<double> ra, ColumnData<double> dec, int row)
    {
        double raDeg = ra.Values.Span[row], decDeg = dec.Values.Span[row];
        if (ra.IsNullAt(row) || dec.IsNullAt(row) || double.IsNaN(raDeg) || double.IsNaN(decDeg))
            return false;
        if (raDeg is not (>= 0 and <= 360))
            throw new ValueInvalidException(name, row, "ra", raDeg.ToString("R"), "a right ascension from 0 to 360 degrees", "Check the column's unit, or say it with --a-ra-unit or --b-ra-unit");
        return decDeg is >= -90 and <= 90 ? true
            : throw new ValueInvalidException(name, row, "dec", decDeg.ToString("R"), "a declination from -90 to 90 degrees", "Check which column holds the declination");
    }

    private static Comparison<int> ById(ColumnData id) => id switch
    {
        ColumnData<long> numbers => (a, b) => numbers.Values.Span[a].CompareTo(numbers.Values.Span[b]),
        TextColumnData text => (a, b) => text.Element(a).SequenceCompareTo(text.Element(b)),
        _ => throw new ArgumentException($"Ids are 64-bit integers or text, not {id.Schema.DType.Name()}.", nameof(id)),
    };

    private static T[] Permuted<T>(T[] values, int[] permutation)
    {
        T[] permuted = new T[values.Length];
        for (int i = 0; i < values.Length; i++)
            permuted[i] = values[permutation[i]];
        return permuted;
    }
}
