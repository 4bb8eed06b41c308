using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

public static partial class Split
{
    /// <summary>Splits into folds of equal size, <c>fold0</c>, <c>fold1</c> and so on, for cross-validation: train with
    /// <see cref="RowSplit.Except"/> of a fold, and test with the fold.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="count">The number of folds, at least 2.</param>
    /// <param name="groupBy">A light scalar column whose equal values stay in one fold; null for none. The largest group goes to the
    /// smallest fold first. Rows without a value are groups of their own.</param>
    /// <param name="stratifyBy">Columns whose values are spread evenly over the folds; null for none. One scalar column: each value to
    /// within one row. Several columns, or one with lists: as <see cref="IterativeAsync"/>.</param>
    /// <param name="seed">Another seed gives other folds.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, or both groups and strata are requested.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are less than two folds, or more folds than rows or groups.</exception>
    public static async Task<RowSplit> FoldsAsync(Query query, int count, string? groupBy = null, IReadOnlyList<string>? stratifyBy = null,
        ulong seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (groupBy is not null && stratifyBy is { Count: > 0 })
            throw new ArgumentException("Folds keep groups together or spread classes evenly, not both: leave one out.",
                nameof(stratifyBy));
        RowBatch rows = await ReadAsync(query, ["object_id", .. groupBy is null ? stratifyBy ?? [] : [groupBy]], cancellationToken)
            .ConfigureAwait(false);
        if (count > rows.RowCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"There are only {rows.RowCount} rows.");
        double[] order = [.. Enumerable.Range(0, rows.RowCount).Select(row => Unit(rows["object_id"], row, seed, ForRows))];
        int[] part;
        if (groupBy is not null)
            part = FoldsOfGroups(rows[groupBy], rows["object_id"], count, seed);
        else if (stratifyBy is { Count: > 0 } && (stratifyBy.Count > 1 || !rows[stratifyBy[0]].Schema.IsScalar))
            part = IterativeStratification.PartOfRows(
                (await LabelsAsync(query, stratifyBy, seed, cancellationToken).ConfigureAwait(false)).Labels, order,
                [.. Enumerable.Repeat(1.0, count)]);
        else
            part = FoldsOfClasses(stratifyBy is { Count: 1 } ? rows[stratifyBy[0]] : null, order, count);
        ImmutableArray<string> names =
            [.. Enumerable.Range(0, count).Select(fold => string.Create(CultureInfo.InvariantCulture, $"fold{fold}"))];
        return await SplitAsync(query, names, part, SplitStep.OfFolds(count, groupBy, stratifyBy ?? [], seed), cancellationToken)
            .ConfigureAwait(false);
    }

    // Deals the rows of one class after the other, so that the folds and the rows of a class in them differ by at most one row.
    private static int[] FoldsOfClasses(ColumnData? classes, double[] order, int count)
    {
        int[] part = new int[order.Length];
        int dealt = 0;
        foreach (IGrouping<string, int> ofClass in Enumerable.Range(0, order.Length)
            .GroupBy(row => classes is null ? "" : KeyOf(classes, row), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            foreach (int row in ofClass.OrderBy(row => order[row]).ThenBy(row => row))
                part[row] = dealt++ % count;
        return part;
    }

    private static int[] FoldsOfGroups(ColumnData groups, ColumnData ids, int count, ulong seed)
    {
        int[] part = new int[groups.RowCount];
        long[] sizes = new long[count];
        (int[] Rows, double Rank)[] all = [.. Enumerable.Range(0, groups.RowCount)
            .GroupBy(row => groups.IsNullAt(row) ? $"row {row}" : KeyOf(groups, row), StringComparer.Ordinal)
            .Select(g => (Rows: g.ToArray(), Rank: groups.IsNullAt(g.First()) ? Unit(ids, g.First(), seed, ForRows)
                : Unit(groups, g.First(), seed, ForGroups)))];
        if (all.Length < count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"There are only {all.Length} groups.");
        foreach ((int[] rows, _) in all.OrderByDescending(g => g.Rows.Length).ThenBy(g => g.Rank))
        {
            int fold = Array.IndexOf(sizes, sizes.Min());
            sizes[fold] += rows.Length;
            foreach (int row in rows)
                part[row] = fold;
        }
        return part;
    }

    private static string KeyOf(ColumnData column, int row) =>
        column.IsNullAt(row) ? "" : "=" + Encoding.Latin1.GetString(Bytes(column, row));
}
