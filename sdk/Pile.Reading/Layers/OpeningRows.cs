using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

/// <summary>The rows of a dataset that is opened while the caller reads its table.</summary>
/// <param name="dataset">Returns the dataset when it is open.</param>
internal sealed class OpeningRows(Func<CancellationToken, Task<Dataset>> dataset) : ILayerRows
{
    /// <inheritdoc/>
    public async Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken) =>
        await (await RowsAsync(cancellationToken).ConfigureAwait(false)).FindAsync(ids, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> HasPaddedIdsAsync(CancellationToken cancellationToken) =>
        await (await RowsAsync(cancellationToken).ConfigureAwait(false)).HasPaddedIdsAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<string?> PositionStampAsync(CancellationToken cancellationToken) =>
        await (await RowsAsync(cancellationToken).ConfigureAwait(false)).PositionStampAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<PictureSizes?> SizesAsync(ObjectId[] ids, CancellationToken cancellationToken) =>
        await (await RowsAsync(cancellationToken).ConfigureAwait(false)).SizesAsync(ids, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SimilarAsync(ObjectId unknown, CancellationToken cancellationToken) =>
        await (await RowsAsync(cancellationToken).ConfigureAwait(false)).SimilarAsync(unknown, cancellationToken).ConfigureAwait(false);

    private async Task<DatasetRows> RowsAsync(CancellationToken cancellationToken) =>
        new(await dataset(cancellationToken).ConfigureAwait(false));
}
