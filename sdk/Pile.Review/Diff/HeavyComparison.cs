using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>Reads the heavy values of rows on both sides and compares them.</summary>
internal sealed class HeavyComparison(Dataset a, Dataset b, ComparedColumns columns)
{
    private const int MostRows = 256;
    private const long MostBytes = 32 << 20;

    /// <summary>Adds each unread column that differs to the changed columns of its row.</summary>
    /// <exception cref="PileException">A piece is damaged or missing, or a store fails.</exception>
    internal async Task CompareAsync(IEnumerable<RowPair> rows, CancellationToken cancellationToken)
    {
        RowPair[] pairs = [.. rows.Where(r => r.Unread.Count > 0)];
        foreach (ComparedColumn column in columns.Heavy)
            if (Array.FindAll(pairs, p => p.Unread.Contains(column.Index)) is { Length: > 0 } unread)
                await CompareAsync(column, unread, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompareAsync(ComparedColumn column, RowPair[] pairs, CancellationToken cancellationToken)
    {
        RowReader rowsA = await a.OpenRowsByPositionAsync(pairs.Select(p => p.PositionA), a.Query().Native().Columns(column.Name),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        RowReader rowsB = await b.OpenRowsByPositionAsync(pairs.Select(p => p.PositionB), b.Query().Native().Columns(column.Name),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int first = 0, next; first < pairs.Length; first = next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long bytes = BytesOf(first);
            for (next = first + 1; next < pairs.Length && next - first < MostRows && bytes + BytesOf(next) <= MostBytes; next++)
                bytes += BytesOf(next);
            int[] numbers = [.. Enumerable.Range(first, next - first)];
            RowBatch[] batches = await Task.WhenAll(rowsA.ReadBatchAsync(numbers, BatchMemory.Own, cancellationToken),
                rowsB.ReadBatchAsync(numbers, BatchMemory.Own, cancellationToken)).ConfigureAwait(false);
            for (int row = 0; row < numbers.Length; row++)
                if (!AreEqual(batches[0].Columns[0], batches[1].Columns[0], row))
                    pairs[first + row].Changed.Add(column.Index);
        }

        long BytesOf(int row) => rowsA.Columns[0].BatchBytesOf(row) + rowsB.Columns[0].BatchBytesOf(row);
    }

    private static bool AreEqual(ColumnData a, ColumnData b, int row) => a.IsNullAt(row) == b.IsNullAt(row) && (a.IsNullAt(row)
        || (a.ShapeOf(row).SequenceEqual(b.ShapeOf(row)) && CellBytes.AreEqual(a.Schema.DType, a.RowBytes(row), b.RowBytes(row))));
}
