using Pile.Format;

namespace Pile.Streaming;

public abstract partial class StreamSource
{
    private const ulong ForClasses = 203;

    /// <summary>Draws each class equally often, to within one row: rows of rare classes are repeated, each as often as the others of its
    /// class or once more.</summary>
    /// <param name="column">A scalar column of text, integers or bools; of a dataset, it need not be streamed. Rows without a value are
    /// left out.</param>
    /// <param name="rowCount">The number of rows to draw, 0 to <see cref="Array.MaxLength"/>; null for the number of rows with a
    /// class.</param>
    /// <param name="seed">Selects the rows that are drawn once more than others.</param>
    /// <param name="cancellationToken">Cancels the reading of the column.</param>
    /// <exception cref="ArgumentException">There is no such column, it is not a scalar, or no row has a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of rows is negative or too large.</exception>
    public Task<StreamSource> BalancedAsync(string column, long? rowCount = null, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(column);
        RequireDrawn(rowCount ?? 0, nameof(rowCount));
        return DrawAsync(new PinnedDraw(PinnedDraw.Balanced, column, rowCount, seed), cancellationToken);
    }

    /// <summary>Draws at most a number of rows of each class, at random; classes with fewer rows keep all.</summary>
    /// <param name="rows">The maximum number of rows of a class, at least 1.</param>
    /// <param name="column">A scalar column of text, integers or bools; of a dataset, it need not be streamed. Rows without a value are
    /// left out.</param>
    /// <param name="seed">Selects the rows.</param>
    /// <param name="cancellationToken">Cancels the reading of the column.</param>
    /// <exception cref="ArgumentException">There is no such column, or it is not a scalar.</exception>
    public Task<StreamSource> AtMostAsync(long rows, string column, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        return DrawAsync(new PinnedDraw(PinnedDraw.AtMost, column, rows, seed), cancellationToken);
    }

    /// <summary>Draws rows as a pin says.</summary>
    internal async Task<StreamSource> DrawAsync(PinnedDraw draw, CancellationToken cancellationToken)
    {
        int[][] members = ClassesOf(await ColumnAsync(draw.Column, cancellationToken).ConfigureAwait(false), draw.Column);
        bool isBalanced = draw.Kind == PinnedDraw.Balanced;
        long total = isBalanced ? RequireDrawn(draw.Rows ?? members.Sum(m => (long)m.Length), "rowCount") : 0;
        if (isBalanced && members.Length == 0 && draw.Rows is not 0)
            throw new ArgumentException($"No row has a value in column '{draw.Column}'.");
        List<long> drawn = [];
        for (int i = 0; i < members.Length; i++)
        {
            // The classes that get one row more are the first ones.
            long wanted = isBalanced ? (total / members.Length) + (i < total % members.Length ? 1 : 0)
                : Math.Min(draw.Rows!.Value, members[i].Length);
            bool[] more = Chosen(members[i].Length, wanted % members[i].Length, new SeededRandom(draw.Seed, ForClasses, (ulong)i));
            for (int member = 0; member < members[i].Length; member++)
                for (long copy = (wanted / members[i].Length) + (more[member] ? 1 : 0); copy > 0; copy--)
                    drawn.Add(members[i][member]);
        }
        drawn.Sort(); // neighbours are read together
        return new SelectedRows(this, [.. drawn])
        {
            Pinned = Pinned is { Draw: null, Scales: null } pinned ? pinned with { Draw = draw } : null,
        };
    }

    private static int[][] ClassesOf(ColumnData classes, string column)
    {
        if (!classes.Schema.IsScalar)
            throw new ArgumentException($"Column '{column}' is not a scalar; classes are scalars.", nameof(column));
        return [.. Enumerable.Range(0, classes.RowCount).Select(row => (Name: Split.NameOf(classes, row), Row: row))
            .Where(n => n.Name is not null).GroupBy(n => n.Name, n => n.Row, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
    }
}
