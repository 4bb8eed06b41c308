using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>The rows of a dataset, for its layers.</summary>
internal sealed class DatasetRows(Dataset dataset) : ILayerRows
{
    private const int MostSimilar = 3, IdsWorthAThread = 1000;

    /// <inheritdoc/>
    public async Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        dataset.RequireKind(ids);
        if (IdIndex.FileOf(dataset, await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)) is not null
            && await dataset.IdIndexAsync(cancellationToken).ConfigureAwait(false) is { } index)
            return ids.Length < IdsWorthAThread && dataset.Store.Traits.IsLocal ? index.Find(ids, cancellationToken)
                : await Task.Run(() => index.Find(ids, cancellationToken), cancellationToken).ConfigureAwait(false);
        Dictionary<ObjectId, long> found = new(ids.Length);
        IndexQuery query = await IndexQuery.OfAsync(dataset.Query().Columns().Ids(ids), isWithHeavy: false, cancellationToken)
            .ConfigureAwait(false);
        using IndexResult result = await query.ExecuteAsync(select =>
        {
            select.UsesPosition = true;
            select.OutputOuter($"d.{IndexSelect.RowId}");
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
    public Task<bool> HasPaddedIdsAsync(CancellationToken cancellationToken) => Task.FromResult(dataset.Source is not null);

    /// <inheritdoc/>
    public Task<string?> PositionStampAsync(CancellationToken cancellationToken) => dataset.PositionStampAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<PictureSizes?> SizesAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
            return null;
        if (PixelColumn() is not (ColumnSchema column, int xAxis, int yAxis))
            return await SizesOfFilesAsync(ids, cancellationToken).ConfigureAwait(false);
        int width = column.Shape[xAxis], height = column.Shape[yAxis];
        if (width != ColumnSchema.Ragged && height != ColumnSchema.Ragged)
            return new PictureSizes(ids, [.. ids.Select(_ => (double)width)], [.. ids.Select(_ => (double)height)]);
        List<ObjectId> found = [];
        List<double> widths = [], heights = [];
        string shapes = ColumnNames.Shape(column.Name);
        bool areText = dataset.IdsAreText;
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Native().Columns("object_id", shapes).Ids(ids),
            cancellationToken).ConfigureAwait(false))
            for (int i = 0; i < batch.RowCount; i++)
            {
                ReadOnlySpan<long> shape = ((ColumnData<long>)batch[shapes]).Row(i);
                if (shape[xAxis] <= 0 || shape[yAxis] <= 0)
                    continue; // a row without a picture
                found.Add(areText ? new ObjectId(((TextColumnData)batch["object_id"]).Text(i))
                    : new ObjectId(((ColumnData<long>)batch["object_id"]).Values.Span[i]));
                widths.Add(shape[xAxis]);
                heights.Add(shape[yAxis]);
            }
        return found.Count == 0 ? null : new PictureSizes([.. found], [.. widths], [.. heights]);
    }

    // A source, and a dataset that was built from one, have the sizes of pictures by their headers as columns.
    private async Task<PictureSizes?> SizesOfFilesAsync(ObjectId[] ids, CancellationToken cancellationToken)
    {
        if (dataset.Manifest.Modality != Modality.OfFiles || !IsInPixels(SourceFields.Width) || !IsInPixels(SourceFields.Height))
            return null;
        List<ObjectId> found = [];
        List<double> widths = [], heights = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Native().Columns(LayerPaths.ObjectId, SourceFields.Width,
            SourceFields.Height).Ids(ids), cancellationToken).ConfigureAwait(false))
            for (int i = 0; i < batch.RowCount; i++)
                if (!batch[SourceFields.Width].IsNullAt(i) && !batch[SourceFields.Height].IsNullAt(i))
                {
                    found.Add(new ObjectId(((TextColumnData)batch[LayerPaths.ObjectId]).Text(i)));
                    widths.Add(batch.Values<int>(SourceFields.Width)[i]);
                    heights.Add(batch.Values<int>(SourceFields.Height)[i]);
                }
        return found.Count == 0 ? null : new PictureSizes([.. found], [.. widths], [.. heights]);
    }

    private bool IsInPixels(string name) =>
        dataset.IdsAreText && dataset.Manifest.Column(name) is { DType: DType.Int32, Shape.Length: 0, Unit: "pix" };

    /// <summary>Returns the column of pixels that the modality requires, with the numbers of its axes x and y; null without one.</summary>
    private (ColumnSchema Column, int X, int Y)? PixelColumn()
    {
        foreach (ModalityColumn defined in Modality.Get(dataset.Manifest.Modality, dataset.Manifest.Partition).Columns)
            if (defined.IsRequired && defined.Dims.Contains("x") && defined.Dims.Contains("y")
                && dataset.Manifest.Column(defined.Name) is { } column && column.Shape.Length == defined.Dims.Length)
                return (column, defined.Dims.IndexOf("x"), defined.Dims.IndexOf("y"));
        return null;
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
