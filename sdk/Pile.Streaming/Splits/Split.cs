using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Splits the rows of a query into parts to train, validate and test with; the same parts for the same rows, seed and shares,
/// whenever and wherever it is done.</summary>
public static partial class Split
{
    // What the random numbers are for, so that no two uses share them.
    private const ulong ForRows = 101, ForGroups = 102, ForCells = 103;

    /// <summary>Splits at random, by the hash of each row's id: a row keeps its part when others come or go. Parts have their shares only
    /// about.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ArgumentException">The query names a column that there is not, or a condition is no expression.</exception>
    public static async Task<RowSplit> ByHashAsync(Query query, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        RowBatch rows = await LightAsync(query, ["object_id"], cancellationToken).ConfigureAwait(false);
        int[] part = [.. Enumerable.Range(0, rows.RowCount).Select(row => shares.PartOf(Unit(rows["object_id"], row, seed, ForRows)))];
        return await SplitAsync(query, shares, part, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for rows whose keys are known, as the pairs of a match have ids: rows of one key stay together.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="keys">A scalar for every row; with a dataset's ids the parts are those of <see cref="ByHashAsync"/>.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <exception cref="ArgumentException">There is not a key for every row, or a key has a shape.</exception>
    public static RowSplit ByKey(StreamSource source, ColumnData keys, SplitShares shares, ulong seed = 0)
    {
        RequireForEvery(source, keys.RowCount, "keys");
        if (!keys.Schema.IsScalar)
            throw new ArgumentException($"Column '{keys.Schema.Name}' has a shape; rows are split by scalars.", nameof(keys));
        return new RowSplit(source, shares,
            [.. Enumerable.Range(0, keys.RowCount).Select(row => shares.PartOf(Unit(keys, row, seed, ForRows)))]);
    }

    /// <summary>Splits so that rows with the same value in a column stay together, as all observations of an object must. A row without a
    /// value is a group of its own.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="column">A light scalar column, <c>group_id</c> say.</param>
    /// <param name="shares">The parts; of groups, not of rows.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is heavy.</exception>
    public static async Task<RowSplit> ByGroupAsync(Query query, string column, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        RowBatch rows = await LightAsync(query, ["object_id", column], cancellationToken).ConfigureAwait(false);
        ColumnData groups = rows[column];
        int[] part = [.. Enumerable.Range(0, rows.RowCount).Select(row => shares.PartOf(
            groups.IsNullAt(row) ? Unit(rows["object_id"], row, seed, ForRows) : Unit(groups, row, seed, ForGroups)))];
        return await SplitAsync(query, shares, part, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Splits so that each value of a column has its share in every part, to within one row; rows without a value count as a
    /// value.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="column">A light scalar column with few values, a class say.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed, another split.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is heavy.</exception>
    public static async Task<RowSplit> StratifiedAsync(Query query, string column, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        RowBatch rows = await LightAsync(query, ["object_id", column], cancellationToken).ConfigureAwait(false);
        ColumnData classes = rows[column], ids = rows["object_id"];
        int[] part = new int[rows.RowCount];
        foreach (IGrouping<string, int> stratum in Enumerable.Range(0, rows.RowCount)
            .GroupBy(row => classes.IsNullAt(row) ? "" : "=" + Encoding.Latin1.GetString(Bytes(classes, row)), StringComparer.Ordinal))
        {
            int[] byHash = [.. stratum.OrderBy(row => Unit(ids, row, seed, ForRows)).ThenBy(row => row)];
            for (int rank = 0; rank < byHash.Length; rank++)
                part[byHash[rank]] = shares.PartOf(rank, byHash.Length);
        }
        return await SplitAsync(query, shares, part, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<RowSplit> SplitAsync(Query query, SplitShares shares, int[] partOfRow, CancellationToken cancellationToken)
    {
        StreamSource source = await StreamSource.OpenAsync(query, cancellationToken).ConfigureAwait(false);
        return source.RowCount == partOfRow.Length
            ? new RowSplit(source, shares, partOfRow)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The query gave {partOfRow.Length} rows, then {source.RowCount}."));
    }

    private static async Task<RowBatch> LightAsync(Query query, string[] columns, CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query.Columns(columns), cancellationToken).ConfigureAwait(false))
            if (batches.Count == 0 || batch.RowCount > 0)
                batches.Add(batch);
        RowBatch all = new(Enumerable.Range(0, columns.Length).Select(i => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
        return all.Columns.FirstOrDefault(c => !c.Schema.IsScalar) is { } vector
            ? throw new ArgumentException($"Column '{vector.Schema.Name}' has a shape; rows are split by scalars.", nameof(columns))
            : all;
    }

    private static void RequireForEvery(StreamSource source, int count, string what)
    {
        if (count != source.RowCount)
            throw new ArgumentException($"There are {source.RowCount} rows and {count} {what}.");
    }

    // Of a value in [0, 1): SplitMix64 over its bytes, eight at a time.
    private static double Unit(ColumnData column, int row, ulong seed, ulong use)
    {
        ReadOnlySpan<byte> bytes = Bytes(column, row);
        Span<ulong> key = stackalloc ulong[3];
        (key[0], key[1], key[2]) = (seed, use, (ulong)bytes.Length);
        ulong hash = new SeededRandom(key).Next();
        while (!bytes.IsEmpty)
        {
            ulong word = 0;
            for (int i = 0; i < Math.Min(8, bytes.Length); i++)
                word |= (ulong)bytes[i] << (8 * i);
            hash = new SeededRandom([hash, word]).Next();
            bytes = bytes[Math.Min(8, bytes.Length)..];
        }
        return (hash >> 11) * (1.0 / (1UL << 53));
    }

    private static ReadOnlySpan<byte> Bytes(ColumnData column,
        int row) => column is TextColumnData text ? text.Element(row) : column.RowBytes(row);
}
