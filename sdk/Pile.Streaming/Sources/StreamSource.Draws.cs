using System.Globalization;
using Pile.Format;

namespace Pile.Streaming;

public abstract partial class StreamSource
{
    private const ulong ForClasses = 203;

    /// <summary>Draws each class equally often, to within one row: rows of rare classes are repeated, each as often as the others of its
    /// class or once more.</summary>
    /// <param name="column">A scalar column of text, integers or bools; of a dataset, it need not be streamed. Rows without a value are
    /// left out.</param>
    /// <param name="rowCount">The number of rows to draw; null for the number of rows with a class.</param>
    /// <param name="seed">Selects the rows that are drawn once more than others.</param>
    /// <param name="cancellationToken">Cancels the reading of the column.</param>
    /// <exception cref="ArgumentException">There is no such column, it is not a scalar, or no row has a class.</exception>
    public Task<StreamSource> BalancedAsync(string column, long? rowCount = null, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(column);
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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentNullException.ThrowIfNull(column);
        return DrawAsync(new PinnedDraw(PinnedDraw.AtMost, column, rows, seed), cancellationToken);
    }

    /// <summary>Draws rows as a pin says.</summary>
    internal async Task<StreamSource> DrawAsync(PinnedDraw draw, CancellationToken cancellationToken)
    {
        ColumnData classes = await ColumnAsync(draw.Column, cancellationToken).ConfigureAwait(false);
        if (!classes.Schema.IsScalar)
            throw new ArgumentException($"Column '{draw.Column}' is not a scalar; classes are scalars.", nameof(draw));
        (string? Name, int Row)[] named = [.. Enumerable.Range(0, classes.RowCount).Select(row => (Split.NameOf(classes, row), row))];
        int[][] members = [.. named.Where(n => n.Name is not null).GroupBy(n => n.Name, n => n.Row, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];
        bool isBalanced = draw.Kind == PinnedDraw.Balanced;
        if (isBalanced && members.Length == 0 && draw.Rows is not 0)
            throw new ArgumentException($"No row has a value in column '{draw.Column}'.", nameof(draw));
        long total = isBalanced ? draw.Rows ?? members.Sum(m => (long)m.Length) : 0;
        if (total > Array.MaxLength)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"A draw has at most {Array.MaxLength:N0} rows; {total:N0} are requested."), nameof(draw));
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
}
