using System.Runtime.CompilerServices;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile;

/// <summary>Two datasets combined by a match. Pairs are counted, filtered and sorted by their columns, and read with the rows of both
/// sides, images and spectra included.</summary>
/// <remarks>Rows are read in batches while they are enumerated: joined reads, in parallel, verified. They are located by the positions in
/// the match, or by their ids if it has none. Filters and orders return a new view of the same match; dispose the original one. The caller
/// closes the datasets.</remarks>
public sealed partial class MatchedDataset : IDisposable
{
    private MatchedDataset(MatchTable pairs, Dataset a, Dataset b) => (Pairs, A, B) = (pairs, a, b);

    /// <summary>The pairs without rows.</summary>
    public MatchTable Pairs { get; }

    /// <summary>The dataset that was side A of the match.</summary>
    public Dataset A { get; }

    /// <summary>The dataset that was side B of the match.</summary>
    public Dataset B { get; }

    /// <summary>The number of pairs.</summary>
    public long Count => Pairs.RowCount;

    /// <summary>Creates a matched dataset, which takes ownership of the match.</summary>
    /// <param name="pairs">An inner match of the two datasets.</param>
    /// <param name="a">The dataset that was side A of the match.</param>
    /// <param name="b">The dataset that was side B; the same one if it was matched with itself.</param>
    /// <exception cref="ArgumentException">The match has rows without a partner, or is a match of groups.</exception>
    public static MatchedDataset Of(MatchTable pairs, Dataset a, Dataset b)
    {
        MatchedPairs.RequireInner(pairs);
        return new MatchedDataset(pairs, a, b);
    }

    /// <summary>Keeps pairs for which an SQL condition over the columns of <see cref="Pairs"/> is true, such as <c>separation_arcsec &lt;
    /// 0.5 AND a_z &gt; 1</c>.</summary>
    /// <exception cref="ArgumentException">The condition is not a valid SQL expression, or refers to a column that was not
    /// carried.</exception>
    public MatchedDataset Where(string condition) => new(Pairs.Where(condition), A, B);

    /// <summary>Sorts by a column of <see cref="Pairs"/>, or by an SQL expression over its columns.</summary>
    /// <exception cref="ArgumentException">The expression is not a valid SQL expression, or refers to a column that was not
    /// carried.</exception>
    public MatchedDataset OrderBy(string expression, bool descending = false) => new(Pairs.OrderBy(expression, descending), A, B);

    /// <summary>Limits the number of pairs.</summary>
    public MatchedDataset First(long pairs) => new(Pairs.First(pairs), A, B);

    /// <summary>Reads pairs with the rows of both sides, in the order of the pairs.</summary>
    /// <param name="columnsA">Columns of A, heavy ones included; null for all.</param>
    /// <param name="columnsB">Columns of B; null for all.</param>
    /// <param name="batchRows">The maximum number of pairs of a batch.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="PileException">Rows cannot be read, or are damaged.</exception>
    public IAsyncEnumerable<MatchedBatch> ReadAsync(IEnumerable<string>? columnsA = null, IEnumerable<string>? columnsB = null,
        int batchRows = 64, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        return ReadAsync(columnsA is null ? A.Query() : A.Query().Columns(columnsA),
            columnsB is null ? B.Query() : B.Query().Columns(columnsB), batchRows, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => Pairs.Dispose();

    private async IAsyncEnumerable<MatchedBatch> ReadAsync(Query queryA, Query queryB, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((RowBatch pairs, RowReader rowsA, RowReader rowsB)
            in MatchedPairs.OpenAsync(Pairs, queryA, queryB, cancellationToken).ConfigureAwait(false))
            await foreach (MatchedBatch batch in TogetherAsync(pairs, rowsA, rowsB, batchRows, cancellationToken).ConfigureAwait(false))
                yield return batch;
    }

    /// <summary>Reads both sides in step; a batch of A is cut where a batch of B ends.</summary>
    private static async IAsyncEnumerable<MatchedBatch> TogetherAsync(RowBatch pairs, RowReader rowsA, RowReader rowsB, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int first = 0;
        await foreach (RowBatch a in rowsA.ReadAllAsync(batchRows, cancellationToken).ConfigureAwait(false))
        {
            int taken = 0;
            await foreach (RowBatch b in rowsB.ReadAsync(Enumerable.Range(first, a.RowCount), batchRows, cancellationToken)
                .ConfigureAwait(false))
            {
                int[] ofA = [.. Enumerable.Range(taken, b.RowCount)], ofPairs = [.. Enumerable.Range(first + taken, b.RowCount)];
                yield return new MatchedBatch(new RowBatch(pairs.Columns.Select(c => c.Take(ofPairs))),
                    b.RowCount == a.RowCount ? a : new RowBatch(a.Columns.Select(c => c.Take(ofA))), b);
                taken += b.RowCount;
            }
            first += a.RowCount;
        }
    }
}
