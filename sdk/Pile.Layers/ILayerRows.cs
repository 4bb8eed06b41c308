using Pile.Format;

namespace Pile.Layers;

/// <summary>The rows of the dataset that a layer belongs to.</summary>
internal interface ILayerRows
{
    /// <summary>Finds the positions of rows in the index of the dataset.</summary>
    /// <param name="ids">The ids of rows.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The position of each id; -1 if the dataset has no such row.</returns>
    Task<long[]> FindAsync(ObjectId[] ids, CancellationToken cancellationToken);

    /// <summary>Returns what identifies the positions of the rows, beside the root of the dataset.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Empty if the root identifies them; null if they may change unnoticed, so that they must not be used by another program.
    /// </returns>
    Task<string?> PositionStampAsync(CancellationToken cancellationToken) => Task.FromResult<string?>("");

    /// <summary>Returns true if ids may have blanks at the end, as the paths of a source may; those of datasets have none.</summary>
    Task<bool> HasPaddedIdsAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Returns the sizes of the pictures of rows.</summary>
    /// <param name="ids">The ids of rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Null if the rows have no pictures, or several of different sizes.</returns>
    Task<PictureSizes?> SizesAsync(ObjectId[] ids, CancellationToken cancellationToken);

    /// <summary>Returns ids that are similar to an unknown one; empty for numbers.</summary>
    Task<IReadOnlyList<string>> SimilarAsync(ObjectId unknown, CancellationToken cancellationToken);
}
