using Pile.Format;

namespace Pile.Reading;

/// <summary>The ids that only one of two queries selects.</summary>
/// <param name="Added">Ids of B that A lacks, in B's order.</param>
/// <param name="Removed">Ids of A that B lacks, in A's order.</param>
/// <param name="Common">The number of ids of both.</param>
internal sealed record IdsDifference(IReadOnlyList<ObjectId> Added, IReadOnlyList<ObjectId> Removed, long Common)
{
    /// <summary>Compares the rows of two datasets or saved queries by id. The memory is that of the ids of A, and of the differences.
    /// </summary>
    /// <exception cref="ArgumentException">The ids of one are text and those of the other numbers.</exception>
    internal static async Task<IdsDifference> OfAsync(Dataset a, Dataset b, CancellationToken cancellationToken)
    {
        if (a.IdsAreText != b.IdsAreText)
            throw new ArgumentException($"The ids of '{a.Address}' are {Kind(a)} and those of '{b.Address}' {Kind(b)}.", nameof(b));
        HashSet<ObjectId> first = [];
        await foreach (ObjectId id in IdsAsync(a, cancellationToken).ConfigureAwait(false))
            first.Add(id);
        HashSet<ObjectId> common = [];
        List<ObjectId> added = [];
        await foreach (ObjectId id in IdsAsync(b, cancellationToken).ConfigureAwait(false))
            if (first.Contains(id))
                common.Add(id);
            else
                added.Add(id);
        List<ObjectId> removed = [];
        if (common.Count < first.Count)
            await foreach (ObjectId id in IdsAsync(a, cancellationToken).ConfigureAwait(false))
                if (!common.Contains(id))
                    removed.Add(id);
        return new IdsDifference(added, removed, common.Count);

        static string Kind(Dataset dataset) => dataset.IdsAreText ? "text" : "64-bit integers";
    }

    private static async IAsyncEnumerable<ObjectId> IdsAsync(Dataset dataset,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id"), cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++)
                yield return batch.Columns[0] is ColumnData<long> numbers ? numbers.Values.Span[row]
                    : new ObjectId(((TextColumnData)batch.Columns[0]).Text(row));
    }
}
