using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>The rows of a dataset, for its layers.</summary>
internal sealed class DatasetRows(Dataset dataset) : ILayerRows
{
    private const int MostSimilar = 3;

    /// <inheritdoc/>
    public async Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        dataset.RequireKind(ids);
        if (await dataset.IdIndexAsync(cancellationToken).ConfigureAwait(false) is { } index)
            return await Task.Run(() => index.Find(ids, cancellationToken), cancellationToken).ConfigureAwait(false);
        Dictionary<ObjectId, long> found = new(ids.Length);
        IndexQuery query = await IndexQuery.OfAsync(dataset.Query().Columns("object_id").Ids(ids), isWithHeavy: false, cancellationToken)
            .ConfigureAwait(false);
        using IndexResult result = await query.ExecuteAsync(select =>
        {
            select.UsesPosition = true;
            select.OutputOuter($"d.{IndexSelect.Position}");
        }, cancellationToken).ConfigureAwait(false);
        bool areText = dataset.IdsAreText;
        result.Gather(long.MaxValue, chunk =>
        {
            DuckDbVector id = chunk[0];
            ReadOnlySpan<long> positions = chunk.Values<long>(1);
            for (int i = 0; i < chunk.RowCount; i++)
                found[areText ? new ObjectId(id.Text(i)!) : new ObjectId(id.Values<long>()[i])] = positions[i];
        });
        return Array.ConvertAll(ids, id => found.GetValueOrDefault(id, -1));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SimilarAsync(ObjectId unknown, CancellationToken cancellationToken)
    {
        if (!unknown.IsText)
            return [];
        List<string> similar = [];
        Query nearest = dataset.Query().Native().Columns("object_id")
            .OrderBy($"levenshtein(object_id, {DuckDbSql.Literal(unknown.Text)})").Limit(MostSimilar);
        await foreach (RowBatch batch in dataset.QueryAsync(nearest, cancellationToken).ConfigureAwait(false))
            for (int i = 0; i < batch.RowCount; i++)
                similar.Add(((TextColumnData)batch.Columns[0]).Text(i));
        return similar;
    }
}
