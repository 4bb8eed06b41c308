using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>Splits the rows of a query into parts for training, validation and tests. The same rows, seed and shares always give the same
/// parts.</summary>
public static partial class Split
{
    // The purposes of random numbers, so that each has its own sequence.
    private const ulong ForRows = 101, ForGroups = 102, ForCells = 103, ForTiles = 104;

    /// <summary>Splits at random, by the hash of each row's id: a row keeps its part if other rows are added or removed. Parts have
    /// approximately their shares.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">The query refers to an unknown column, or a condition is not a valid SQL expression.</exception>
    public static async Task<RowSplit> ByHashAsync(Query query, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(shares);
        RowBatch rows = await LightAsync(query, ["object_id"], cancellationToken).ConfigureAwait(false);
        int[] part = [.. Enumerable.Range(0, rows.RowCount).Select(row => shares.PartOf(Unit(rows["object_id"], row, seed, ForRows)))];
        return await SplitAsync(query, shares.Names, part, SplitStep.Of(SplitStep.Hash, shares, seed), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Splits rows by known keys, such as the ids of a match's pairs: rows with the same key are in the same part.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="keys">A scalar for every row; with a dataset's ids the parts equal those of <see cref="ByHashAsync"/>.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <exception cref="ArgumentException">The number of keys differs from the number of rows, or keys are not scalars.</exception>
    public static RowSplit ByKey(StreamSource source, ColumnData keys, SplitShares shares, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(shares);
        RequireForEvery(source, keys.RowCount, "keys");
        if (!keys.Schema.IsScalar)
            throw new ArgumentException($"Column '{keys.Schema.Name}' is not a scalar; rows are split by scalar columns.", nameof(keys));
        return new RowSplit(source, shares.Names,
            [.. Enumerable.Range(0, keys.RowCount).Select(row => shares.PartOf(Unit(keys, row, seed, ForRows)))]);
    }

    /// <summary>Splits so that rows with the same value in a column are in the same part, as all observations of an object should be. A row
    /// without a value is a group of its own.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="column">A light scalar column, for example <c>group_id</c>.</param>
    /// <param name="shares">The parts, as shares of groups.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is heavy.</exception>
    public static async Task<RowSplit> ByGroupAsync(Query query, string column, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(shares);
        RowBatch rows = await LightAsync(query, ["object_id", column], cancellationToken).ConfigureAwait(false);
        ColumnData groups = rows[column];
        int[] part = [.. Enumerable.Range(0, rows.RowCount).Select(row => shares.PartOf(
            groups.IsNullAt(row) ? Unit(rows["object_id"], row, seed, ForRows) : Unit(groups, row, seed, ForGroups)))];
        return await SplitAsync(query, shares.Names, part, SplitStep.Of(SplitStep.Group, shares, seed, column), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Splits so that each value of a column has its share in every part, rounded down or up to a row, and the parts have their
    /// shares of all rows as closely as that permits. Rows without a value are treated as having a common value.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="column">A light scalar column with few values, for example a class.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is heavy.</exception>
    public static async Task<RowSplit> StratifiedAsync(Query query, string column, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(shares);
        RowBatch rows = await LightAsync(query, ["object_id", column], cancellationToken).ConfigureAwait(false);
        ColumnData classes = rows[column], ids = rows["object_id"];
        // Large strata first: the small ones balance what they leave.
        int[][] strata = [.. Enumerable.Range(0, rows.RowCount).GroupBy(row => KeyOf(classes, row), StringComparer.Ordinal)
            .OrderByDescending(stratum => stratum.Count()).ThenBy(stratum => stratum.Key, StringComparer.Ordinal)
            .Select(stratum => stratum.OrderBy(row => Unit(ids, row, seed, ForRows)).ThenBy(row => row).ToArray())];
        int[][] counts = shares.CountsOf([.. strata.Select(stratum => stratum.Length)]);
        int[] part = new int[rows.RowCount];
        for (int i = 0; i < strata.Length; i++)
            for (int own = 0, rank = 0; own < counts[i].Length; own++)
                foreach (int row in strata[i].AsSpan(rank..(rank += counts[i][own])))
                    part[row] = own;
        return await SplitAsync(query, shares.Names, part, SplitStep.Of(SplitStep.Stratified, shares, seed, column), cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<RowSplit> SplitAsync(Query query, ImmutableArray<string> names, int[] partOfRow, SplitStep step,
        CancellationToken cancellationToken)
    {
        StreamSource source = await StreamSource.OpenAsync(query, cancellationToken).ConfigureAwait(false);
        if (source.RowCount != partOfRow.Length)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The query returned {partOfRow.Length} rows, then {source.RowCount}."));
        RowSplit split = new(source, names, partOfRow, step);
        string[] empty = source.RowCount == 0 ? [] : [.. names.Where(name => split.RowsOf(name).Count == 0)];
        if (empty.Length > 0)
            query.Dataset.Options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
                $"{(empty.Length == 1 ? "part" : "parts")} {string.Join(", ", empty.Select(name => $"'{name}'"))} of the split "
                    + $"{(empty.Length == 1 ? "has" : "have")} no rows, of {source.RowCount:N0} rows in all: state larger shares, "
                    + $"another seed, or more rows"));
        return split;
    }

    private static async Task<RowBatch> LightAsync(Query query, string[] columns, CancellationToken cancellationToken)
    {
        RowBatch all = await ReadAsync(query, columns, cancellationToken).ConfigureAwait(false);
        return all.Columns.FirstOrDefault(c => !c.Schema.IsScalar) is { } vector
            ? throw new ArgumentException($"Column '{vector.Schema.Name}' is not a scalar; rows are split by scalar columns.",
                nameof(columns))
            : all;
    }

    private static async Task<RowBatch> ReadAsync(Query query, string[] columns, CancellationToken cancellationToken)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query.Columns(columns), cancellationToken).ConfigureAwait(false))
            if (batches.Count == 0 || batch.RowCount > 0)
                batches.Add(batch);
        return new RowBatch(Enumerable.Range(0, columns.Length).Select(i => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
    }

    private static void RequireForEvery(StreamSource source, int count, string what)
    {
        if (count != source.RowCount)
            throw new ArgumentException($"There are {source.RowCount} rows, but {count} {what}.");
    }

    // Hashes a value to [0, 1) with SplitMix64 over its bytes, eight at a time.
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

    // Values that are equal have the same bytes: those of 0.0 for -0.0, and those of one NaN for all.
    private static ReadOnlySpan<byte> Bytes(ColumnData column, int row) => column switch
    {
        TextColumnData text => text.Element(row),
        ColumnData<double> c when c.Row(row) is [var value] && (value == 0 || double.IsNaN(value)) => value == 0 ? ZeroBytes
            : MemoryMarshal.AsBytes(NanOfDouble),
        ColumnData<float> c when c.Row(row) is [var value] && (value == 0 || float.IsNaN(value)) => value == 0 ? ZeroBytes[..sizeof(float)]
            : MemoryMarshal.AsBytes(NanOfFloat),
        _ => column.RowBytes(row),
    };

    private static ReadOnlySpan<byte> ZeroBytes => [0, 0, 0, 0, 0, 0, 0, 0];

    // The NaN of numpy; that of .NET has the sign bit.
    private static ReadOnlySpan<ulong> NanOfDouble => [0x7FF8_0000_0000_0000];

    private static ReadOnlySpan<uint> NanOfFloat => [0x7FC0_0000];
}
