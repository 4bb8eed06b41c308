using Pile.Format;

namespace Pile.Builders;

/// <summary>Opens datasets for builders whose source is a dataset. Builders do not read datasets themselves.</summary>
internal interface IStoredDatasets
{
    /// <summary>Opens a dataset.</summary>
    /// <param name="address">A folder, or any other address of a dataset.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">No store supports the address, or it is not one of a whole dataset.</exception>
    /// <exception cref="PileException">There is no dataset, or it cannot be opened.</exception>
    Task<IStoredDataset> OpenAsync(string address, CancellationToken cancellationToken);

    /// <summary>Returns whether a folder contains a dataset, or is its own; false for a remote one.</summary>
    bool IsIn(string address, string folder);
}
